"""Files of the shapes that people bring, made up: other words, columns and numbers than in ../shared/cases.

Each is bytes with what must come out of them. The kinds are those of ../shared/cases/README.md, by their numbers.
Leaves out: reading them (``test_cases.py``).
"""

import csv
import io
import json
import random
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from core.news.reading import Columns
from tests.conftest import ROOT


class Row(NamedTuple):
    """One article as it is meant."""

    headline: str
    description: str
    category: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must come out of a file.

    Attributes:
        categories: all of them, in any order; None: not looked at.
        first: the first headline; empty: not looked at.
        description: of the first row; None: not looked at.
        days: the first and the last day.
        encoding: Python's name of it, or one that decodes the file's bytes alike.
        headlines: all of them.
        columns: those that are used, as far as they are not empty.
    """

    kept: int
    rejected: int = 0
    categories: frozenset[str] | None = None
    first: str = ""
    description: str | None = None
    days: tuple[str, str] | None = None
    encoding: str = ""
    headlines: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    name: str
    content: bytes
    wanted: Wanted


def shared(name: str) -> Path:
    """A file of the shared cases; the test is skipped, by name, where it is absent."""
    path = ROOT.parent / "shared" / "cases" / name
    if not path.is_file():
        pytest.skip(f"the file ../shared/cases/{name} is not on this machine")
    return path


# language: category: who, and what they do.
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "WEATHER": (
            "Heavy storm|Morning fog|Late frost|A mild wind|Summer hail|The first snow",
            "closes the coast road|hides the valley|hits the islands|keeps the ferries in port|surprises forecasters",
        ),
        "MUSIC": (
            "Jazz trio|Village choir|A young cellist|The brass band|Retired organist|Folk singers",
            "plays an unknown waltz|tours with old songs|records in a barn|tunes up for the festival|fills the hall",
        ),
        "GARDEN": (
            "Rose growers|An old oak|Neighbours|The school garden|Greedy snails|A beekeeper",
            "share seeds in spring|bears fruit again|plant a hedge by hand|suffer from the drought|win a prize",
        ),
        "TRAFFIC": (
            "Night bus|A tram driver|Cyclists|The harbour tunnel|Commuters|A lorry full of eggs",
            "waits at the bridge|blocks two lanes|ask for wider paths|opens after repairs|stop at every light",
        ),
    },
    "de": {
        "Wetter": (
            "Schwerer Sturm über Köln|Früher Frost|Dichter Nebel in Österreich|Die Hitze",
            "stört den Schiffsverkehr|überrascht die Gärtner|löst Unfälle aus|hält bis Sonntag an|weicht kühler Luft",
        ),
        "Musik": (
            "Die Kapelle aus Füssen|Ein Mädchenchor|Der größte Flügel|Das Hörspiel",
            "füllt jährlich die Säle|übt für das Konzert|klingt schöner als früher|gewinnt einen Preis in Zürich",
        ),
        "Verkehr": (
            "Die Straßenbahn|Ein Zug nach Göttingen|Die Brücke über die Weißeritz|Das Fahrrad",
            "fährt öfter als bisher|wird für Fußgänger gesperrt|hält künftig länger|bleibt günstiger als Autos",
        ),
    },
    "es": {
        "Clima": (
            "El otoño más cálido|La niebla en Cádiz|Una tormenta eléctrica|El año hidrológico",
            "llegó sin previsión|dañó los viñedos|sorprendió a los pescadores|acabó después de mañana",
        ),
        "Música": (
            "El acordeón de mi abuelo|Una niña pianista|La canción del señor Núñez|El órgano",
            "emocionó al público|sonó en la plaza|ganó el certamen de otoño|volvió a Málaga según el músico",
        ),
        "Jardín": (
            "El árbol más viejo|La huerta del colegio|Un rosal pequeño|El césped",
            "floreció en enero|creció demasiado rápido|no resistió la sequía|dará frutos el próximo año",
        ),
    },
    "pl": {
        "Pogoda": (
            "Gęsta mgła|Śnieg w Łodzi|Późny przymrozek|Żar z nieba",
            "zaskoczył mieszkańców|utrudnił żeglugę|opóźnił pociągi w Gdańsku|skończy się w niedzielę",
        ),
        "Muzyka": (
            "Chór dziewczęcy|Młoda skrzypaczka|Zespół z Poznania|Stary śpiewak",
            "zagrał nieznaną pieśń|wystąpił w kościele|jedzie na występy|ćwiczy dzień i noc",
        ),
    },
    "ru": {
        "Погода": (
            "Сильный ветер|Густой туман|Первый снег|Летняя жара",
            "закрыл дорогу к морю|удивил синоптиков|держится до субботы|задержал поезда в городе",
        ),
        "Музыка": (
            "Детский хор|Молодой скрипач|Старый оркестр|Народный ансамбль",
            "записал новый вальс|выступил на площади|едет на гастроли|собрал полный зал",
        ),
    },
    "el": {
        "Καιρός": (
            "Ισχυρή καταιγίδα|Πυκνή ομίχλη|Ο πρώτος χιονιάς|Ο καύσωνας",
            "έκλεισε τον δρόμο|κράτησε τα πλοία στο λιμάνι|ξάφνιασε τους ψαράδες|τελειώνει την Κυριακή",
        ),
        "Μουσική": (
            "Η παιδική χορωδία|Ένας νέος βιολιστής|Η παλιά ορχήστρα|Το συγκρότημα",
            "έπαιξε ένα άγνωστο βαλς|γέμισε την πλατεία|ηχογράφησε τραγούδια|φεύγει για περιοδεία",
        ),
    },
    "ar": {
        "الطقس": (
            "عاصفة قوية|ضباب كثيف|أول ثلوج الشتاء|موجة حر شديدة",
            "تغلق طريق الساحل|تفاجئ الصيادين في الميناء|تستمر حتى يوم الأحد|تؤخر القطارات هذا الصباح",
        ),
        "الموسيقى": (
            "فرقة الأطفال|عازف شاب|الأوركسترا القديمة|مطربة القرية",
            "تسجل أغنية جديدة|تملأ الساحة بالناس|تسافر في جولة طويلة|تعزف لحنا غير معروف",
        ),
    },
    "ja": {
        "天気": (
            "強い台風が|朝の霧が|初雪が|夏の暑さが",
            "海岸の道路をふさいだ|港の船を止めた|日曜日まで続く見込み|電車を遅らせた|農家を驚かせた",
        ),
        "音楽": (
            "子どもの合唱団が|若いバイオリニストが|古い楽団が|村の歌手が",
            "知られざる曲を演奏した|新しい歌を録音した|広場を人で埋めた|長い旅に出る|市民ホールで練習した",
        ),
    },
    "ko": {
        "날씨": (
            "강한 태풍이|아침 안개가|첫눈이|여름 더위가",
            "해안 도로를 막았다|항구의 배를 멈췄다|일요일까지 계속된다|기차를 늦췄다",
        ),
        "음악": (
            "어린이 합창단이|젊은 바이올린 연주자가|오래된 악단이|마을 가수가",
            "새로운 노래를 녹음했다|광장을 가득 채웠다|긴 순회 공연을 떠난다|낯선 곡을 연주했다",
        ),
    },
    "zh": {
        "天气": (
            "强台风|清晨的大雾|今年第一场雪|夏天的高温",
            "封闭了沿海公路|让渡轮停在港口|将持续到星期日|推迟了早班火车|让农民感到意外",
        ),
        "音乐": (
            "儿童合唱团|年轻的小提琴手|古老的乐队|村里的歌手",
            "演奏了一首陌生的曲子|录制了新的歌曲|挤满了广场|开始漫长的巡演|在礼堂里排练",
        ),
    },
    "hi": {
        "मौसम": (
            "तेज़ आँधी|सुबह का कोहरा|पहली बर्फ़|गर्मी की लू",
            "से सड़क बंद हुई|ने किसानों को चौंकाया|रविवार तक रहेगी|के कारण रेल देर से चली",
        ),
        "संगीत": (
            "बच्चों की मंडली|युवा सितार वादक|पुराना बैंड|गाँव की गायिका",
            "का नया गीत आया|ने सभागार भर दिया|लंबे दौरे पर निकले|की धुन सबको भाई",
        ),
    },
    "fr": {
        "Météo": (
            "L’orage d’août|La brume à Besançon|Une gelée tardive|L’été",
            "a bloqué la départementale|a étonné les vignerons|durera jusqu’à dimanche|s’achève déjà",
        ),
        "Musique": (
            "Le chœur d’élèves|Une pianiste française|L’orchestre régional|Mon frère",
            "a joué une œuvre oubliée|répète à l’église|a gagné le concours|part en tournée",
        ),
    },
}
NOTES = ("More follows on Friday.", "Nobody had planned for it.", "The mayor was told by letter.", "")


def rows(
    number: int, *, seed: int = 7, language: str = "en", first_day: date = date(2019, 5, 1)
) -> list[Row]:
    """Rows of made-up news, a day after another, no headline a number alone."""
    draw = random.Random(seed)
    made = []
    for at in range(number):
        category = draw.choice(list(WORDS[language]))
        who, what = (part.split("|") for part in WORDS[language][category])
        blank = "" if language in ("ja", "zh") else " "
        headline = f"{draw.choice(who)}{blank}{draw.choice(what)}"
        note = draw.choice(NOTES) if language == "en" else draw.choice(what)
        made.append(Row(headline, note, category, (first_day + timedelta(days=at)).isoformat()))
    return made


def wanted(made: Sequence[Row], **more: Any) -> Wanted:
    """That all rows come out as they went in."""
    known: dict[str, Any] = {
        "kept": len(made),
        "categories": frozenset(row.category for row in made),
        "headlines": tuple(row.headline for row in made),
    }
    return Wanted(**known | more)


def to_csv(
    columns: Sequence[str],
    values: Iterable[Sequence[object]],
    *,
    separator: str = ",",
    end: str = "\r\n",
    **how: Any,
) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end, **how)
    if columns:
        writer.writerow(columns)
    writer.writerows(values)
    return text.getvalue()


def to_json_lines(values: Iterable[Mapping[str, object]], *, end: str = "\n") -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + end for value in values)


def to_zip(files: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def to_xlsx(columns: Sequence[str], values: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet."""
    return to_workbook({"Sheet1": [columns, *values]})


def to_workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """A workbook of Excel: texts as inline strings, dates as Excel's days with a date format, else numbers."""

    def cell(value: object) -> str:
        if isinstance(value, date):
            return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return (
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
            if value
            else "<c/>"
        )

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    formats = '<xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/>'
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in zip(numbers, sheets, strict=True)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kind}.worksheet+xml"/>'
            for number in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        + f'<Relationship Id="r{len(sheets) + 1}" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="2">{formats}</cellXfs></styleSheet>',
        **{
            f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{main}"><sheetData>'
            + "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            + "</sheetData></worksheet>"
            for number, rows in zip(numbers, sheets.values(), strict=True)
        },
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return to_zip({name: head + text for name, text in files.items()})


def to_ods(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """A workbook of LibreOffice whose cells are texts."""

    def row_of(cells: Sequence[object]) -> str:
        texts = (f"<text:p>{escape(str(cell))}</text:p>" for cell in cells)
        return "".join(
            f'<table:table-cell office:value-type="string">{text}</table:table-cell>' for text in texts
        )

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{row_of(cells)}</table:table-row>" for cells in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    return to_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            f'xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0" '
            f'office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
            "</office:document-content>",
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest '
            f'xmlns:manifest="{oasis}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        }
    )


def to_parquet(frame: pd.DataFrame) -> bytes:
    packed = io.BytesIO()
    frame.to_parquet(packed)
    return packed.getvalue()


def to_sqlite(folder: Path, columns: Sequence[str], values: Iterable[Sequence[object]]) -> bytes:
    path = folder / "made.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE items ({', '.join(columns)})")
        connection.executemany(f"INSERT INTO items VALUES ({', '.join('?' * len(columns))})", values)
    connection.close()
    return path.read_bytes()


def _days(format_day: Callable[[date], object], number: int = 120, **more: Any) -> tuple[str, Wanted]:
    """A CSV whose dates are written by ``format_day``, a day after another from 2019-05-01."""
    made = rows(number, **more)
    written = ((row.headline, row.category, format_day(date.fromisoformat(row.date))) for row in made)
    text = to_csv(("title", "label", "published"), written)
    return text, wanted(made, days=(made[0].date, made[-1].date))


def _english(number: int, **more: Any) -> tuple[list[Row], Wanted]:
    made = rows(number, **more)
    return made, wanted(made)


def made_files(folder: Path) -> dict[str, CaseFile]:
    """All files by the name of their case; ``folder`` may be written to."""
    files: dict[str, CaseFile] = {}

    def add(case: str, name: str, content: bytes | str, goal: Wanted, encoding: str = "utf-8") -> None:
        content = content if isinstance(content, bytes) else content.encode(encoding)
        files[case] = CaseFile(name=name, content=content, wanted=goal)

    _add_columns(add)
    _add_archives(add)
    _add_encodings(add)
    _add_lines(add)
    _add_dates(add)
    _add_shapes(add, folder)
    _add_data_sets(add)
    return files


Add = Callable[..., None]


def _add_columns(add: Add) -> None:
    """01, 03, 04, 29: which column is what, and what a category may be."""
    made, goal = _english(150)
    numbers = {category: str(at) for at, category in enumerate(sorted(goal.categories or ()), 1)}
    by_number = wanted(made, categories=frozenset(numbers.values()), description=made[0].description or None)
    kaggle = [(numbers[row.category], row.headline, row.description or "No more.") for row in made]
    full = wanted(made, categories=frozenset(numbers.values()), description=made[0].description or "No more.")
    add(
        "01-kaggle",
        "test.csv",
        to_csv(("Class Index", "Title", "Description"), kaggle, quoting=csv.QUOTE_ALL),
        full,
    )
    add("01-no-header", "ag_news.csv", to_csv((), kaggle, quoting=csv.QUOTE_ALL), full)
    named = {
        "german": ("Titel", "Kurzbeschreibung", "Ressort", "Datum"),
        "spanish": ("Titular", "Entradilla", "Sección", "Fecha"),
        "french": ("titre", "résumé", "rubrique", "date de publication"),
        "hindi": ("शीर्षक", "विवरण", "श्रेणी", "तारीख"),
        "portuguese": ("Manchete", "Resumo", "Editoria", "Data"),
        "title-text-class": ("title", "text", "class", "year"),
        "sentence-target": ("sentence", "comment", "target", "timestamp"),
        "feed-ts": ("headline", "summary", "label", "ts"),
        "upper": ("TITLE", "ABSTRACT", "SECTION", "PUBLISHED"),
    }
    for case, columns in named.items():
        values = [(row.headline, row.description or "-", row.category, row.date) for row in made]
        if case == "title-text-class":
            values = [(*value[:3], value[3][:4]) for value in values]
        add(f"03-{case}", "file.csv", to_csv(columns, values), goal)
        lines = [dict(zip(columns, value, strict=True)) for value in values]
        add(f"03-{case}-json", "file.jsonl", to_json_lines(lines), goal)
    padded = [(f"  {row.headline} ", f"\t{row.category.title()}\u00a0") for row in made]
    titles = frozenset(row.category.title() for row in made)
    add("03-blanks", "blanks.csv", to_csv((" Text", "Class "), padded), wanted(made, categories=titles))
    add("03-r-index", "r.csv", _r_table(made), goal)
    add(
        "03-imdb", "imdb.csv", to_csv(("review", "sentiment"), [(r.headline, r.category) for r in made]), goal
    )
    add(
        "03-sms",
        "SMSSpamCollection",
        to_csv((), [(r.category, r.headline) for r in made], separator="\t"),
        goal,
    )

    draw = random.Random(3)
    shapes = ("{}", "{}.0", " {}", "{}.00")
    mixed = [(row.headline, draw.choice(shapes).format(numbers[row.category])) for row in made]
    add(
        "04-floats",
        "floats.csv",
        to_csv(("text", "target"), mixed),
        wanted(made, categories=by_number.categories),
    )
    typed = [
        {"text": row.headline, "target": draw.choice((int, float))(numbers[row.category])} for row in made
    ]
    add("04-floats-json", "floats.jsonl", to_json_lines(typed), wanted(made, categories=by_number.categories))
    missing = [(headline, "" if at % 15 == 4 else label) for at, (headline, label) in enumerate(mixed)]
    kept = [row for at, row in enumerate(made) if at % 15 != 4]
    add(
        "04-missing",
        "floats.csv",
        to_csv(("text", "target"), missing),
        wanted(kept, rejected=10, categories=by_number.categories),
    )

    spelt = {row.category: f"{row.category} &amp; {row.category.lower()} &#8211; all" for row in made}
    add(
        "14-entities-in-categories",
        "feed.csv",
        to_csv(("title", "section"), [(row.headline, spelt[row.category]) for row in made]),
        wanted(made, categories=frozenset(f"{name} & {name.lower()} – all" for name in spelt)),
    )

    lists = [[row.category] if at % 3 else [row.category, "ALL"] for at, row in enumerate(made)]
    texts = [row.headline for row in made]
    add(
        "29-lists",
        "lists.jsonl",
        to_json_lines({"text": text, "labels": labels} for text, labels in zip(texts, lists, strict=True)),
        goal,
    )
    add(
        "29-lists-csv",
        "lists.csv",
        to_csv(("text", "labels"), zip(texts, map(str, lists), strict=True)),
        goal,
    )
    double = zip(texts, map(json.dumps, lists), strict=True)
    add("29-lists-json-in-csv", "lists.csv", to_csv(("text", "labels"), double), goal)


def _r_table(made: Sequence[Row]) -> str:
    """As R's write.table: a column of row numbers, which has no name, tabs and quotes around texts."""
    lines = ['"headline"\t"category"']
    lines += [f'"{at}"\t"{row.headline}"\t"{row.category}"' for at, row in enumerate(made, 1)]
    return "\n".join(lines) + "\n"


def _add_archives(add: Add) -> None:
    """05, 06: a folder a class, a file in a folder, train and test."""
    made, goal = _english(90, seed=11)
    texts: dict[str, bytes | str] = {
        f"Texte/{row.category.lower()}/{at:04}.txt": f"{row.headline}\n\n{row.description}\n{row.description}"
        for at, row in enumerate(made)
    }
    junk: dict[str, bytes | str] = {
        "__MACOSX/Texte/._x.txt": b"\0\5\26\7",
        "Texte/.DS_Store": b"\0\0\0\1Bud1",
        "Texte/README.md": "Made up.",
    }
    lower = frozenset(row.category.lower() for row in made)
    folders = Wanted(kept=len(made), categories=lower)
    add("05-folders", "texts.zip", to_zip(junk | texts), folders)
    bare = {name.removeprefix("Texte/"): content for name, content in texts.items()}
    add("05-folders-bare", "texts.zip", to_zip(bare), folders)
    table = to_csv(("headline", "category"), [(row.headline, row.category) for row in made])
    add(
        "05-one-file",
        "export.zip",
        to_zip({"__MACOSX/export/._news.csv": b"\0", "export/2024/news.csv": table}),
        goal,
    )
    test, _ = _english(30, seed=12)
    other = to_csv(("headline", "category"), [(row.headline, row.category) for row in test])
    both = wanted([*made, *test])
    add(
        "06-train-test",
        "set.zip",
        to_zip({"ag/README.txt": "-", "ag/test.csv": other, "ag/train.csv": table}),
        both,
    )


def _add_encodings(add: Add) -> None:
    """07: code pages, UTF-16, a byte order mark."""
    for language, encoding in (
        *(("de", "cp1252"), ("es", "cp1252"), ("fr", "cp1252"), ("pl", "cp1250"), ("ru", "cp1251")),
        *(("el", "cp1253"), ("ar", "cp1256"), ("ja", "shift_jis"), ("ko", "euc_kr"), ("zh", "gb18030")),
        *(
            ("de", "utf-16"),
            ("hi", "utf-16-le"),
            ("ru", "utf-16-be"),
            ("en", "utf-16-le"),
            ("zh", "utf-8-sig"),
        ),
        *(("ru", "koi8-r"), ("es", "mac-roman")),
    ):
        made = rows(200, seed=5, language=language)
        values = [(row.headline, row.description, row.category) for row in made]
        goal = wanted(made, encoding=encoding)
        text = to_csv(("title", "description", "category"), values)
        add(f"07-{language}-{encoding}", "file.csv", text.encode(encoding), goal)
    made = rows(200, seed=6)  # Excel: only a few signs are not ASCII
    cells = [(row.headline + " – “so far”" * (at % 40 == 3), row.category) for at, row in enumerate(made)]
    quoted = wanted(made, encoding="cp1252", headlines=tuple(headline for headline, _ in cells))
    add(
        "07-few-signs",
        "excel.csv",
        to_csv(("title", "label"), cells, separator=";").encode("cp1252"),
        quoted,
    )
    lines = to_json_lines({"title": headline, "label": label} for headline, label in cells)
    add("07-few-signs-json", "excel.json", lines.encode("cp1252"), quoted)


def _add_lines(add: Add) -> None:
    """08, 09, 10: separators, rows above the header, line ends, quotes."""
    made, goal = _english(140, seed=21)
    pairs = [(row.headline, row.category) for row in made]
    table = to_csv(("title", "topic"), pairs, separator="|")
    add("08-sep-pipe", "sep.csv", "\ufeffsep=|\r\n" + table, goal)
    add(
        "08-sep-tab",
        "sep.csv",
        "sep=\t\n" + to_csv(("title", "topic"), pairs, separator="\t", end="\n"),
        goal,
    )
    dated = to_csv(
        ("title", "topic", "date"), [(*pair, row.date) for pair, row in zip(pairs, made, strict=True)]
    )
    two = "Exported from the school's library,,\r\nPlease do not share; ask Ms B.,,\r\n,,\r\n"
    add("08-two-title-rows", "titles.csv", two + dated, wanted(made, days=(made[0].date, made[-1].date)))
    add("08-decimal-comma", "lo.csv", _with_decimal_comma(made), goal)
    add("08-no-header", "plain.tsv", to_csv((), pairs, separator="\t"), goal)
    add("08-blank-lines", "gaps.csv", to_csv(("title", "topic"), pairs, end="\n").replace("\n", "\n\n"), goal)

    lines = [{"title": row.headline, "topic": row.category} for row in made]
    for name, end in (("cr", "\r"), ("crlf", "\r\n")):
        add(f"09-{name}", "mac.tsv", to_csv(("title", "topic"), pairs, separator="\t", end=end), goal)
        add(f"09-{name}-json", "mac.jsonl", to_json_lines(lines, end=end), goal)
    ends = random.Random(2)
    mixed = "".join(line + ends.choice(("\r", "\n", "\r\n")) for line in table.splitlines())
    add("09-mixed", "mixed.csv", mixed, goal)

    inches = [
        (h.replace(" ", f' {at % 12}" ', 1) if at % 4 == 1 else h, c) for at, (h, c) in enumerate(pairs)
    ]
    raw = "".join(f"{headline}\t{category}\n" for headline, category in inches)
    meant = tuple(headline for headline, _ in inches)
    add("10-inches", "inches.tsv", "title\ttopic\n" + raw, wanted(made, headlines=meant))
    backslash = "".join(f'"Told \\"{h}\\", twice",{c}\n' for h, c in pairs)
    quoted = tuple(f'Told "{headline}", twice' for headline, _ in pairs)
    add("10-backslash", "mysql.csv", "title,topic\n" + backslash, wanted(made, headlines=quoted))
    long = [(f'{h}\nsecond line, with a comma and "quotes"', c) for h, c in pairs]
    add(
        "10-line-breaks",
        "breaks.csv",
        to_csv(("title", "topic"), long),
        Wanted(kept=140, categories=goal.categories),
    )


def _with_decimal_comma(made: Sequence[Row]) -> str:
    """As LibreOffice saves in Germany or Spain: semicolons between the cells, commas in the numbers."""
    values = [(f"{at / 8:.3f}".replace(".", ","), row.headline, row.category) for at, row in enumerate(made)]
    return to_csv(("score", "title", "topic"), values, separator=";")


def _add_dates(add: Add) -> None:
    """11, 12: one format for the whole column."""
    epoch = date(1970, 1, 1)
    german = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September")
    spanish = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre")
    hindi = ("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर")
    formats: dict[str, Callable[[date], object]] = {
        "11-dots": lambda day: day.strftime("%d.%m.%Y"),
        "11-slashes": lambda day: day.strftime("%d/%m/%Y"),
        "11-two-digits": lambda day: day.strftime("%d/%m/%y"),
        "11-unpadded": lambda day: f"{day.day}-{day.month}-{day.year}",
        "11-month-first": lambda day: day.strftime("%m/%d/%Y"),
        "11-month-first-time": lambda day: f"{day.month}/{day.day}/{day.year} 4:05 PM",
        "11-year-first": lambda day: day.strftime("%Y/%m/%d"),
        "11-iso-zone": lambda day: f"{day.isoformat()}T10:30:00Z",
        "11-english": lambda day: day.strftime("%B %d, %Y"),
        "11-english-short": lambda day: day.strftime("%d %b %Y"),
        "11-rfc": lambda day: day.strftime("%a, %d %b %Y 09:00:00 GMT"),
        "11-german": lambda day: f"{day.day}. {german[day.month - 1]} {day.year}",
        "11-spanish": lambda day: f"{day.day} de {spanish[day.month - 1]} de {day.year}",
        "11-hindi": lambda day: f"{day.day} {hindi[day.month - 1]} {day.year}",
        "11-chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
        "12-compact": lambda day: day.strftime("%Y%m%d"),
        "12-seconds": lambda day: (day - epoch).days * 86_400,
        "12-seconds-float": lambda day: (day - epoch).days * 86_400.0,
        "12-milliseconds": lambda day: (day - epoch).days * 86_400_000,
        "12-microseconds": lambda day: (day - epoch).days * 86_400_000_000,
        "12-nanoseconds": lambda day: (day - epoch).days * 86_400_000_000_000,
        "12-excel": lambda day: (day - date(1899, 12, 30)).days,
        "12-excel-half-day": lambda day: (day - date(1899, 12, 30)).days + 0.5,
        "12-minutes": lambda day: day.strftime("%Y%m%d0815"),
    }
    for case, format_day in formats.items():
        text, goal = _days(format_day)
        add(case, "dates.csv", text, goal)
    made = rows(120, first_day=date(2019, 1, 1))
    years = [(row.headline, row.category, 2004 + at % 17) for at, row in enumerate(made)]
    spread = wanted(made, days=("2004-01-01", "2020-01-01"))
    add("12-years", "years.csv", to_csv(("title", "label", "year"), years), spread)
    keys = ("title", "label", "year")
    add(
        "12-years-json",
        "years.jsonl",
        to_json_lines(dict(zip(keys, row, strict=True)) for row in years),
        spread,
    )


def _add_shapes(add: Add, folder: Path) -> None:
    """13: JSON in all its shapes, and tables that are no text."""
    made, goal = _english(110, seed=31)
    goal = wanted(made, days=(made[0].date, made[-1].date))
    names = ("label", "title", "summary", "published")
    values = [(row.category, row.headline, row.description or None, row.date) for row in made]
    frame = pd.DataFrame(values, columns=list(names))
    objects = [dict(zip(names, value, strict=True)) for value in values]
    for orient in ("records", "columns", "index", "split", "table"):
        add(f"13-{orient}", "frame.json", frame.to_json(orient=orient, force_ascii=False), goal)
    add("13-values", "frame.json", frame.to_json(orient="values"), goal)
    add("13-lines", "frame.json", frame.to_json(orient="records", lines=True), goal)
    add("13-indented", "frame.json", frame.to_json(orient="records", indent=4), goal)
    wrapped = {"status": "ok", "totalResults": len(objects), "results": objects}
    add("13-wrapper", "api.json", json.dumps(wrapped, ensure_ascii=False), goal)
    nested = {"meta": {"count": 110, "tags": ["a", "b"]}, "data": {"items": objects}}
    add("13-nested-wrapper", "api.json", json.dumps(nested, indent=2), goal)
    pretty = "\n".join(json.dumps(value, indent=3) for value in objects)
    add("13-pretty-objects", "pretty.json", pretty, goal)
    add("13-comma-lines", "lines.json", ",\r\n".join(map(json.dumps, objects)), goal)
    add("13-one-line", "lines.json", "".join(map(json.dumps, objects)), goal)
    add("13-python", "lines.txt", "\n".join(map(repr, objects)), goal)
    nan = json.dumps([value | {"score": float("nan"), "summary": float("nan")} for value in objects])
    add("13-nan", "nan.json", nan, goal)
    odd: list[dict[str, object]] = [
        value | {"summary": (None, 3, ["x"], {"a": 1}, True)[at % 5]} for at, value in enumerate(objects)
    ]
    add("13-odd-description", "odd.jsonl", to_json_lines(odd), goal)
    dates: tuple[object, ...] = ("soon", None, "", [], 0)
    undated = [value | {"published": dates[at % 5]} for at, value in enumerate(objects)]
    add("13-odd-date", "odd.jsonl", to_json_lines(undated), wanted(made))
    headless = [value | {"title": None} if at % 11 == 5 else value for at, value in enumerate(objects)]
    kept = [row for at, row in enumerate(made) if at % 11 != 5]
    add("13-null-headline", "nulls.jsonl", to_json_lines(headless), wanted(kept, rejected=10))
    add("13-parquet", "frame.parquet", to_parquet(frame), goal)
    numbered = frame.assign(label=frame["label"].astype("category").cat.codes)
    codes = frozenset(map(str, numbered["label"].unique()))
    add("13-parquet-numbers", "frame.parquet", to_parquet(numbered), wanted(made, categories=codes))
    days = [(*value[:3], date.fromisoformat(str(value[3]))) for value in values]
    add("13-parquet-dates", "frame.parquet", to_parquet(pd.DataFrame(days, columns=list(names))), goal)
    add("13-xlsx", "book.xlsx", to_xlsx(names, days), goal)
    add("13-xlsx-strings", "book.xlsx", to_xlsx(names, values), goal)
    add("13-sqlite", "base.sqlite", to_sqlite(folder, names, values), goal)
    decomposed = [
        (unicodedata.normalize("NFD", row.headline), row.category) for row in rows(60, language="fr")
    ]
    half = [
        (headline, unicodedata.normalize("NFD" if at % 2 else "NFC", category))
        for at, (headline, category) in enumerate(decomposed)
    ]
    add("19-half", "nfd.csv", to_csv(("titre", "rubrique"), half), wanted(rows(60, language="fr")))
    korean = rows(60, language="ko")
    jamo = unicodedata.normalize(
        "NFD", to_csv(("title", "label"), [(r.headline, r.category) for r in korean])
    )
    add("19-jamo", "nfd.csv", jamo, wanted(korean))


def _add_data_sets(add: Add) -> None:
    """Made-up rows in the shapes of the data sets that courses use, and of what forms and programs export."""
    made, goal = _english(160, seed=41)
    texts = [f"{row.headline}. {row.description} " * 12 for row in made]
    topics = sorted(goal.categories or ())
    numbers = [topics.index(row.category) for row in made]
    sides = [("positive", "negative")[at % 2] for at in range(len(made))]
    both = frozenset(sides)

    def set_of(
        name: str,
        header: str,
        values: Iterable[Sequence[object]],
        *,
        used: tuple[str, ...],
        categories: frozenset[str] | None = None,
        encoding: str = "utf-8",
        **how: Any,
    ) -> None:
        roles = dict(zip(("headline", "category", "description", "date"), used, strict=False))
        goal = Wanted(kept=len(made), categories=categories, columns=Columns(**roles))
        add(name, name, to_csv(header.split("\x1f") if header else (), values, **how), goal, encoding)

    def named(*columns: str) -> str:
        return "\x1f".join(columns)

    joined = list(zip(made, texts, numbers, sides, strict=True))
    set_of(
        "bbc-text.csv",
        named("category", "text"),
        [(row.category, text) for row, text, _, _ in joined],
        used=("text", "category"),
        categories=goal.categories,
    )
    set_of(
        "20news.csv",
        named("", "text", "target", "target_names"),
        [(at, text, number, row.category) for at, (row, text, number, _) in enumerate(joined)],
        used=("text", "target_names"),
        categories=goal.categories,
    )
    set_of(
        "inshorts.csv",
        named("", "news_headline", "news_article", "news_category"),
        [(at, row.headline, text, row.category) for at, (row, text, _, _) in enumerate(joined)],
        used=("news_headline", "news_category", "news_article"),
        categories=goal.categories,
    )
    set_of(
        "isot.csv",
        named("title", "text", "subject", "date"),
        [(row.headline, text, row.category, "December 31, 2017 ") for row, text, _, _ in joined],
        used=("title", "subject", "text", "date"),
        categories=goal.categories,
    )
    set_of(
        "spam.csv",
        named("v1", "v2", "", "", ""),
        [(side, f"{row.headline} \u00a3100 now", "", "", "") for row, _, _, side in joined],
        used=("v2", "v1"),
        categories=both,
        encoding="cp1252",
    )
    set_of(
        "ratings_train.txt",
        named("id", "document", "label"),
        [(9_000_000 + at, row.headline, at % 2) for at, row in enumerate(rows(160, language="ko"))],
        used=("document", "label"),
        categories=frozenset("01"),
        separator="\t",
        end="\n",
    )
    set_of(
        "cnews.train.txt",
        "",
        [(row.category, row.headline * 8) for row in rows(160, language="zh")],
        used=(),
        categories=frozenset(WORDS["zh"]),
        separator="\t",
        end="\n",
    )
    set_of(
        "indicnlp.csv",
        "",
        [(row.category, row.headline * 4) for row in rows(160, language="hi")],
        used=(),
        categories=frozenset(WORDS["hi"]),
        end="\n",
    )
    set_of(
        "form.csv",
        named("Timestamp", "Headline", "Category", "Your name"),
        [("27/11/2026 20:15:30", row.headline, row.category, "Ada") for row in made],
        used=("Headline", "Category", "", "Timestamp"),
        categories=goal.categories,
    )
    set_of(
        "Unicode Text.txt",
        named("Titel", "Kategorie"),
        [(row.headline, row.category) for row in rows(160, language="de")],
        used=("Titel", "Kategorie"),
        categories=frozenset(WORDS["de"]),
        separator="\t",
        encoding="utf-16",
    )
    set_of(
        "tweets.csv",
        named(
            "tweet_id",
            "airline_sentiment",
            "sentiment_confidence",
            "airline",
            "name",
            "text",
            "tweet_created",
        ),
        [
            (57_030_613_367_776 + at, side, "0.34", "Virgin", f"jo{at}", f"@Virgin {row.headline}", row.date)
            for at, (row, _, _, side) in enumerate(joined)
        ],
        used=("text", "airline_sentiment", "", "tweet_created"),
        categories=both,
    )
    set_of(
        "complaints.csv",
        named(
            "Date received",
            "Product",
            "Issue",
            "Consumer complaint narrative",
            "Company",
            "State",
            "Complaint ID",
        ),
        [
            (row.date, row.category, "an issue", text, "ACME", "CA", 3_000_000 + at)
            for at, (row, text, _, _) in enumerate(joined)
        ],
        used=("Consumer complaint narrative", "Product", "", "Date received"),
        categories=goal.categories,
    )
    aggregator = "".join(
        f"{at}\t{row.headline}{BOSS * (at % 9 == 0)}\thttp://www.example.com/{at}.html\tThe Gazette\t{row.category[0]}"
        f"\tddUyU0VZz0BRneMioxUPQVP6\twww.example.com\t139447{at:07}\n"
        for at, row in enumerate(made)
    )
    initials = frozenset(topic[0] for topic in topics)
    add("newsCorpora.csv", "newsCorpora.csv", aggregator, Wanted(kept=160, categories=initials))
    guardian = {
        "response": {
            "status": "ok",
            "total": 160,
            "results": [
                {
                    "id": f"x/{at}",
                    "sectionName": row.category,
                    "webTitle": row.headline,
                    "webPublicationDate": row.date,
                }
                for at, row in enumerate(made)
            ],
        }
    }
    add("guardian.json", "guardian.json", json.dumps(guardian), wanted(made))
    sarcasm = [
        {"article_link": f"https://www.example.com/{at}", "headline": row.headline, "is_sarcastic": at % 2}
        for at, row in enumerate(made)
    ]
    add("sarcasm.json", "sarcasm.json", to_json_lines(sarcasm), wanted(made, categories=frozenset("01")))
    pairs = [(row.headline, row.category) for row in made]
    empty = "title;category;;\r\n" + "".join(f"{h};{c};;\r\n" for h, c in pairs) + ";;;\r\n;;;\r\n"
    add("empty cells.csv", "empty cells.csv", empty, wanted(made, rejected=2))


BOSS = ' says "boss'  # a quotation mark that nothing closes
