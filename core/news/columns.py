"""Which column of a table holds the headline, the description, the category and the date: by names and contents.

Names count first; contents refuse what cannot be (links, ids, numbers as headlines) and decide where no name is known.
Leaves out: what a value becomes (``formats/articles.py``), in which format dates are read (``dates.py``).
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.news.dates import LONGEST, NO_DATES, decide_and_parse, decide_format
from core.news.hidden_characters import HIDDEN
from core.news.reading import ROLES, Columns, Role

# Known names of each role, most certain first, without case, accents and blanks (`_words`).
_NAMES: dict[Role, tuple[str, ...]] = {
    "headline": (
        "headline newsheadline headlinetext headlines",
        "title newstitle articletitle subjectline titel uberschrift ueberschrift schlagzeile titular"
        " titulo titre titolo titulaire rubrik rubrikk overskrift kop koptekst tytul naglowek заголовок"
        " название naslov nadpis baslik judul शीर्षक सुर्खी হেডলাইন শিরোনাম العنوان عنوان تیتر سرخی כותרת"
        " 标题 標題 新闻标题 题目 タイトル 見出し 제목 표제 หัวข้อ หัวข้อข่าว"
        " พาดหัว พาดหัวข่าว tieude τιτλος cim otsikko titlu",
        "subject betreff asunto objet assunto oggetto onderwerp тема konu",
        "text news sentence tweet message utterance query question document doc post statement texto"
        " texte testo tekst текст metin teks nachricht noticia noticias nouvelle notizia haber berita"
        " समाचार पाठ वाक्य النص نص الخبر 文本 正文 新闻 テキスト 本文 文章 텍스트 본문 뉴스"
        " ข้อความ ข่าว vanban κειμενο szoveg"
        " teksti",
        "content contents article body summary description shortdescription abstract story review comment"
        " narrative contenido articulo cuerpo contenu corps inhalt artikel conteudo artigo corpo contenuto"
        " articolo inhoud tresc содержание icerik isi विवरण सामग्री المحتوى محتوى 内容 內容 コンテンツ 내용 เนื้อหา"
        " noidung",
    ),
    "description": (
        "shortdescription description summary abstract lead lede teaser subtitle subheadline standfirst"
        " excerpt snippet dek newsdescription newssummary descripcion resumen entradilla bajada subtitulo"
        " copete resume chapeau chapo accroche beschreibung zusammenfassung kurzbeschreibung untertitel"
        " vorspann anriss descricao resumo linhafina riassunto descrizione sommario occhiello samenvatting"
        " beschrijving opis streszczenie описание аннотация ozet aciklama ringkasan deskripsi ingress"
        " विवरण सारांश الوصف وصف ملخص الملخص 描述 摘要 概要 要約 요약 설명 คำอธิบาย สรุป mota tomtat περιγραφη"
        " περιληψη",
        "text content contents article body newsarticle articletext articlebody fulltext story selftext"
        " newstext texto texte testo tekst текст metin teks cuerpo contenido articulo noticia corps"
        " contenu inhalt artikel conteudo artigo corpo contenuto articolo inhoud tresc содержание icerik"
        " isi सामग्री पाठ समाचार लेख المحتوى محتوى النص نص 内容 內容 正文 本文 コンテンツ 내용 본문 เนื้อหา noidung κειμενο"
        " szoveg",
        "news document message comment narrative details answer ctext review",
    ),
    "category": (
        "category newscategory categoryname kategorie categoria categorie kategori kategoria категория"
        " категорія श्रेणी वर्ग বিভাগ التصنيف تصنيف الفئة فئة القسم دسته دستهبندی קטגוריה 类别 類別 分类 分類 カテゴリ"
        " カテゴリー 카테고리 분류 หมวดหมู่ หมวด chuyenmuc theloai κατηγορια kategorija luokka",
        "label labels class classname labelname categories newslabel newsclass etikett etiqueta etiquette"
        " etichetta klasse clase classe klasa sinif klas метка класс 标签 標籤 ラベル 레이블 ป้าย nhan लेबल",
        "section newssection rubrik ressort rubrique rubro seccion secao sezione rubrica rubriek rubryka"
        " dzial рубрика раздел bolum rubrika sparte kolumne",
        "topic newstopic desk channel thema tema theme themen sujet argomento onderwerp temat тема konu"
        " topik विषय الموضوع موضوع 主题 主題 话题 トピック 주제 chude θεμα",
        "target targetname targetnames newsgroup subreddit genre tag type newstype kind domain field departement"
        " department queue group genero tipo art gattung typ tur тип النوع 类型 類型 장르",
        "subject classindex classid classlabel sentiment polarity emotion intent intention stance y"
        " output gold prediction product issue subcategory",
        "tags etiquetas keywords isfake fake issarcastic sarcastic spam isspam veracity verdict",
        "rating ratings stars star starrating reviewrating overall bewertung note valoracion puntuacion",
    ),
    "date": (
        "date newsdate fecha datum dato дата tarih tanggal तारीख दिनांक তারিখ التاريخ تاريخ תאריך 日期"
        " 日付 날짜 วันที่ ngay ημερομηνια paivamaara",
        "data published publishdate pubdate publisheddate publishedat publicationdate datepublished datetime"
        " publishedon publishtime fechapublicacion datepublication veroffentlicht erscheinungsdatum"
        " datapublicacao datapubblicazione ngaydang publicationtime pubtime releasedate datereceived",
        "created createdat creationdate createdutc createddate createdtime posted postedat postdate"
        " timestamp ts zeitstempel time zeit uhrzeit updated updatedat lastmodified modified",
        "year jahr ano annee anno jaar rok год yil tahun वर्ष साल السنة 年 年份",
    ),
}
# A column with one of these words in its name is none, unless the whole name is known.
_OTHER_WORDS = (
    "id ids idx index indice unnamed rowid uuid guid key hash md5 link links url urls uri href slug"
    " permalink domain hostname site website author authors autor autoren auteur autore byline reporter"
    " writer user username screenname source sources sourceid quelle fuente fonte publisher publication"
    " outlet newspaper media image images img thumbnail photo picture video file filename path split fold"
    " set length len count counts num number words chars tokens size lang language languages idioma"
    " sprache langue country state city location region place score scores upvotes votes likes shares"
    " retweets views clicks rating stars rank confidence probability weight entities price month day hour"
    " week weekday monat mes mois email phone version status लेखक स्रोत भाषा लिंक المصدر الكاتب الرابط 作者"
    " 来源 链接 автор источник ссылка"
)
_OTHER = frozenset(_OTHER_WORDS.split())
_NUMBER_OF_A_CATEGORY = frozenset({"id", "index", "idx", "code", "num", "number", "no", "nr"})
_FINER = frozenset({"sub", "fine", "secondary", "detailed", "predicted", "pred"})  # than what is looked for
_UNNAMED = re.compile(r"(unnamed|column|col|field|spalte|columna|colonne|v)?")

_UNCERTAIN = 5  # the rank from which on a category's name may say something else

_LINK = re.compile(r"(https?:)?//\S+|www\.\S+|\S+\.(com|org|net|html?|php|jpe?g|png)\S*", re.IGNORECASE)
# Scripts written without blanks: about two characters to a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

_WORDS_OF_A_LABEL, _WORDS_OF_A_NAMED_LABEL = 4, 12
_LONGEST_NAME = 50  # characters of a column's name
_DIGIT = re.compile(r"\d")
_LOOKED_AT = 100  # values that are read as dates
_MOST_COLUMNS, _MOST_NAMES = 100, 1_000  # columns whose contents, and whose names are looked at
_LONG = 2_000  # characters of a value that are looked at


def guess_columns(columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> Columns:
    """The column of each role, empty where none can be told.

    Args:
        columns: the names, in the file's order.
        sample: the first rows, each a mapping from names to values; the more, the surer.
    """
    profiles = [_profile(name, sample) for name in _looked_at(columns)]
    usual = {name.strip().casefold(): name for name in reversed(columns)}
    # HuffPost's names are read so by every version, whatever the columns hold.
    known = usual if {"headline", "category"} <= usual.keys() else {}
    category = known.get("category") or _category(profiles)
    left = [profile for profile in profiles if profile.name != category]
    headline, by_name = (known["headline"], True) if known else _headline(left)
    left = [profile for profile in left if profile.name != headline]
    description = known.get("short_description") or _description(left, guess=bool(headline) and not by_name)
    date = known.get("date") or _date([profile for profile in left if profile.name != description])
    return Columns(headline=headline, description=description, category=category, date=date)


def _looked_at(columns: Sequence[str]) -> list[str]:
    """The columns whose contents are looked at, in their order: each costs milliseconds. Known names come first."""
    names = list(dict.fromkeys(name for name in columns[:_MOST_NAMES] if name))
    if len(names) <= _MOST_COLUMNS:
        return names
    known = [name for name in names if any(_rank(name, role) is not None for role in ROLES)]
    chosen = set(list(dict.fromkeys([*known, *names]))[:_MOST_COLUMNS])
    return [name for name in names if name in chosen]


def is_known_name(name: str) -> bool:
    """Whether a text as a whole is a name that a column has: of a role, or of what no role wants (id, link, author)."""
    if len(name) > _LONGEST_NAME:
        return False
    words = _words(name)
    return any("".join(words) in _RANKS[role] for role in ROLES) or (bool(words) and _OTHER.issuperset(words))


def is_name_of_category(name: str) -> bool:
    """Whether a name says for certain that its column holds the categories: topic does, subject may hold a headline."""
    rank = _rank(name, "category")
    return rank is not None and rank < _UNCERTAIN


def may_be_name_of_category(name: str) -> bool:
    """Whether a name says, surely or not, that its column holds the categories: subject may, mood does not."""
    return _rank(name, "category") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What the sample tells about a column; shares are of the rows that have a value.

    Attributes:
        values: the values as text, without blanks around them; those that are missing are left out.
        distinct: how many differ.
        words: the mean number of words; two characters count as one in scripts without blanks.
        numbers, dates, links: the shares of values that are one.
    """

    name: str
    values: tuple[str, ...]
    distinct: int
    words: float
    numbers: float
    dates: float
    links: float

    @property
    def repeats(self) -> bool:
        return 2 <= self.distinct <= len(self.values) / 2

    @property
    def is_text(self) -> bool:
        return bool(self.values) and max(self.numbers, self.dates, self.links) < 0.5

    def could_be_labels(self, words: float) -> bool:
        return (self.is_text and self.words <= words) or self.numbers > 0.9


def _profile(name: str, sample: Sequence[Mapping[str, Any]]) -> _Profile:
    values = [text for row in sample if (text := _text(row.get(name)))]
    count = max(1, len(values))
    return _Profile(
        name=name,
        values=tuple(values),
        distinct=len(set(values)),
        words=sum(max(len(text.split()), len(_UNSPACED.findall(text)) / 2) for text in values) / count,
        numbers=sum(_is_number(text) for text in values) / count,
        dates=_share_of_dates(values),
        links=sum(bool(_LINK.fullmatch(text)) for text in values) / count,
    )


def _share_of_dates(values: Sequence[str]) -> float:
    """The share of values that are a date, of the first hundred; 0 where most are too long for one, or numbers."""
    looked_at = values[:_LOOKED_AT]
    texts = [
        text for text in looked_at if len(text) <= LONGEST and _DIGIT.search(text) and not _is_number(text)
    ]
    if 2 * len(texts) < len(looked_at) or not texts:
        return 0.0
    _, dates = decide_and_parse(texts)
    return float((~np.isnat(dates)).sum()) / len(looked_at)


def _text(value: Any) -> str:
    """A value as text, empty when it is missing; of a list the first, of a number its shortest form."""
    if isinstance(value, list | tuple):
        return _text(value[0]) if value else ""
    if value is None or isinstance(value, dict) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:_LONG]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("True", "False", "true", "false")
    return True


def _category(profiles: Sequence[_Profile]) -> str:
    """The best named column of labels, otherwise the only column of labels there is."""
    named: list[tuple[bool, float, _Profile]] = []
    for profile in profiles:
        rank = _rank(profile.name, "category")
        limit = _WORDS_OF_A_NAMED_LABEL if profile.repeats else _WORDS_OF_A_LABEL
        if rank is None:
            continue
        # Few rows need not repeat a label; many that do not are ids or keywords.
        fits = profile.could_be_labels(limit) and (profile.repeats or (rank < 4 and profile.distinct <= 50))
        if fits or rank == 0:
            named.append((profile.numbers > 0.9, rank, profile))
    labels = [
        profile for profile in profiles if profile.repeats and profile.could_be_labels(_WORDS_OF_A_LABEL)
    ]
    if named:
        numeric, _, best = min(named, key=lambda entry: entry[:2])
        return (
            next((other.name for other in labels if _names_of(other, best)), best.name)
            if numeric
            else best.name
        )
    unknown = [
        profile
        for profile in labels
        # Beside a single text the author, the language or the stars can only be what is to be told.
        if (not _is_other(profile.name) or len(profiles) == 2)
        and _rank(profile.name, "date") is None
        and (profile.numbers < 0.5 or profile.distinct <= 20)
    ]
    texts = [profile for profile in unknown if profile.numbers < 0.5]
    for choice in (texts, unknown):
        if len(choice) == 1:
            return choice[0].name
    constant = [
        profile
        for profile in profiles
        if profile.distinct == 1 and _UNNAMED.fullmatch("".join(_words(profile.name)))
    ]
    return constant[0].name if not unknown and len(constant) == 1 and constant[0].could_be_labels(2) else ""


def _names_of(texts: _Profile, numbers: _Profile) -> bool:
    """Whether each number of one column goes with one text of the other, and the other way round."""
    if texts.numbers > 0.5 or texts.distinct != numbers.distinct or len(texts.values) != len(numbers.values):
        return False
    return len(set(zip(texts.values, numbers.values, strict=True))) == numbers.distinct


def _headline(profiles: Sequence[_Profile]) -> tuple[str, bool]:
    """The headline's column, and whether its name told it."""
    named = [
        # A title that only repeats a few words is none while another column varies.
        (profile.words < 3 and profile.distinct < len(profile.values) / 4, rank, profile.name)
        for profile in profiles
        if (rank := _rank(profile.name, "headline")) is not None and (profile.is_text or rank == 0)
    ]
    if named:
        return min(named, key=lambda entry: entry[:2])[2], True
    texts = [
        profile
        for profile in profiles
        if profile.is_text and profile.words >= 1.5 and not _is_other(profile.name)
    ]
    varied = [profile for profile in texts if profile.distinct > len(profile.values) / 4] or texts
    return min(varied, key=lambda profile: profile.words).name if varied else "", False


def _description(profiles: Sequence[_Profile], *, guess: bool) -> str:
    """The description's column by name; with ``guess`` otherwise the longest text that is left."""
    named = _best(
        profiles,
        "description",
        lambda profile: not profile.values or (profile.is_text and profile.words >= 1.5),
    )
    if named or not guess:
        return named
    texts = [
        profile
        for profile in profiles
        if profile.is_text and profile.words > _WORDS_OF_A_LABEL and not _is_other(profile.name)
    ]
    return max(texts, key=lambda profile: profile.words).name if texts else ""


def _date(profiles: Sequence[_Profile]) -> str:
    """The date's column by name if its values are dates, otherwise the first whose texts are."""
    named = _best(
        profiles,
        "date",
        lambda profile: (
            not profile.values
            or _rank(profile.name, "date") == 0
            or profile.dates > 0.5
            or (profile.numbers > 0.5 and decide_format(profile.values[:_LOOKED_AT]) != NO_DATES)
        ),
    )
    return named or next((profile.name for profile in profiles if profile.dates > 0.8), "")


def _best(profiles: Sequence[_Profile], role: Role, fits: Callable[[_Profile], bool]) -> str:
    """The column with the best name for a role among those whose contents fit; empty without one."""
    ranked = [
        (rank, profile.name)
        for profile in profiles
        if fits(profile) and (rank := _rank(profile.name, role)) is not None
    ]
    return min(ranked, key=lambda entry: entry[0])[1] if ranked else ""


def _rank(name: str, role: Role) -> float | None:
    """How well a name says the role, 0 the best; None if it does not. A word within a name counts less than a whole."""
    outer, _, field = name.rpartition(".")
    if (
        outer and field and (rank := _rank(field, role)) is not None
    ):  # of an object in an article: _source.title
        return rank + 0.25
    ranks, words = _RANKS[role], _words(name)
    whole = "".join(words)
    if whole in ranks:
        return ranks[whole]
    known = [ranks[word] for word in words if word in ranks]
    other = {word for word in words if word in _OTHER}
    if not known or (other and not (role == "category" and other <= _NUMBER_OF_A_CATEGORY)):
        return None
    return min(known) + (10 if other else 0.5) + (not _FINER.isdisjoint(words))


def _is_other(name: str) -> bool:
    """Whether the name is of something that no role wants: an id, a link, an author."""
    return not _OTHER.isdisjoint(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name without case, accents and digits: ``newsHeadline_2`` gives news, headline."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", HIDDEN.sub("", name)))
    plain = _ACCENT.sub("", decomposed).casefold() if name.isupper() else _ACCENT.sub("", decomposed)
    words = _BREAK.split(_CAPITAL.sub(" ", plain))
    return [word for part in words if (word := part.casefold().translate(_LETTERS))]


# Letters that have no accent to lose.
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o"})
_ACCENT = re.compile("[\u0300-\u036f]")
_CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")
_BREAK = re.compile(r"[\s\d_\-./:;,#()\[\]\"'’?!¿¡*&+]+")
_RANKS: dict[Role, dict[str, int]] = {
    role: {
        "".join(_words(name)): rank
        for rank, names in reversed(list(enumerate(groups)))
        for name in names.split()
    }
    for role, groups in _NAMES.items()
}
