"""Encodings told by ``core.news.encodings``, on made-up files of headlines in 29 languages.

``python -m benchmarks.encodings [--json]``. Each file is a CSV or JSON lines of 10, 100 or 2,000 headlines, five files
of each kind. It counts as right if the text is read letter by letter as it was written, whatever the encoding's name.
The English files have one to four headlines with a name or a sign beyond ASCII. Compared with charset-normalizer
on the same rows, without the purely ASCII ones.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator

from charset_normalizer import from_bytes

from core.news.encodings import CHOICES, detect

SIZES, FILES = (10, 100, 2_000), 5

# language: encodings; then who | does what | where and when
_HEADLINES: dict[str, tuple[str, str]] = {
    "English": (
        "cp1252",
        "Chess team; Local airline; The mayor’s café; Beyoncé; Street cook; Jürgen Klopp’s team; Carmaker in Málaga"
        "|wins again; cuts £3m from budget; opens new route; loses “the match of the year”; bakes crème brûlée"
        "|this week; – for now; in São Paulo; after a 30° day; on Monday; for €5 a ticket",
    ),
    "French": (
        "cp1252 iso8859-15 mac-roman cp850",
        "Le maire; L’équipe de Nîmes; Une élève; La compagnie aérienne; Le théâtre; Un pâtissier"
        "|gagne à nouveau; présente son budget; ouvre une école; perd le procès; fête ses trente ans"
        "|à Besançon; cet été; après la grève; malgré la crise; où tout a commencé; dès lundi",
    ),
    "German": (
        "cp1252 iso8859-1 mac-roman cp850",
        "Bürgermeister; Die Mannschaft aus Köln; Eine Schülerin; Fluggesellschaft; Das Theater; Bäckerin"
        "|gewinnt erneut; kürzt den Haushalt; eröffnet neue Straße; verliert überraschend; spürt den Frühling"
        "|in München; am Wochenende; nach dem Streik; trotz Kälte; für drei Euro; ab heute größer",
    ),
    "Spanish": (
        "cp1252 iso8859-1 mac-roman",
        "El alcalde; La selección española; Una niña; El cocinero; La compañía; Peña"
        "|gana otra vez; presenta el año nuevo; abrirá más líneas; perdió el clásico; celebra la música"
        "|en Málaga; después de la huelga; mañana; según el ministro; ¿por qué?; este sábado",
    ),
    "Portuguese": (
        "cp1252 mac-roman",
        "O prefeito; A seleção; Uma família; A companhia aérea; O cozinheiro; Atleta"
        "|vence de novo; não comenta eleições; abrirá três estações; perde ação na justiça; anuncia promoções"
        "|em São Paulo; amanhã; após a greve; até sábado; à tarde; no próximo verão",
    ),
    "Italian": (
        "cp1252",
        "Il sindaco; La città; Una scuola; La compagnia; Il pasticciere; Perché l’atleta"
        "|vince ancora; è più povera; aprirà lunedì; perderà la causa; non c’è più"
        "|a Forlì; con libertà; sabato; però costa; in università; già oggi",
    ),
    "Danish": (
        "cp1252",
        "Borgmesteren; Håndboldholdet; En pige; Flyselskabet; Bageren; Kørekortet"
        "|vinder igen; får færre penge; åbner ny rute; taber på hjemmebane; bliver større"
        "|i København; på lørdag; efter strejken; næste år; ved søen; for første gang",
    ),
    "Swedish": (
        "cp1252",
        "Borgmästaren; Laget från Malmö; En flicka; Flygbolaget; Bagaren; Kören"
        "|vinner igen; får mindre pengar; öppnar ny väg; förlorar på hemmaplan; växer"
        "|i Göteborg; på lördag; efter strejken; nästa år; vid sjön; för första gången",
    ),
    "Finnish": (
        "cp1252",
        "Pääministeri; Joukkue; Tyttö; Lentoyhtiö; Leipuri; Kööpenhamina"
        "|voittaa jälleen; säästää rahaa; avaa tien; häviää pelin; syö mämmiä"
        "|tänään; lakon jälkeen; ensi vuonna; järvellä; näin kävi; yöllä",
    ),
    "Icelandic": (
        "cp1252",
        "Borgarstjóri; Liðið; Stúlka; Flugfélagið; Bakarinn; Þjóðin"
        "|sigrar aftur; fær minna fé; opnar nýja leið; tapar á heimavelli; verður stærri"
        "|í Reykjavík; á laugardag; eftir verkfallið; næsta ár; við ána; þrátt fyrir kulda",
    ),
    "Polish": (
        "cp1250 iso8859-2",
        "Burmistrz; Drużyna z Łodzi; Uczennica; Linie lotnicze; Piekarz; Społeczeństwo"
        "|znów wygrywa; tnie wydatki; otwiera nową drogę; przegrał sąd; śpiewa pieśń"
        "|w Gdańsku; w sobotę; po strajku; za rok; nad jeziorem; mówią źródła",
    ),
    "Czech": (
        "cp1250 iso8859-2",
        "Starosta; Tým z Plzně; Žákyně; Aerolinky; Pekař; Společnost"
        "|znovu vítězí; šetří peníze; otevře novou silnici; prohrál soud; zpívá píseň"
        "|v Brně; příští rok; po stávce; u řeky; říká ministr; už v neděli",
    ),
    "Hungarian": (
        "cp1250 iso8859-2",
        "A polgármester; A győri csapat; Egy diák; A légitársaság; A pék; Bírónő"
        "|újra győz; csökkenti a költséget; új utat nyit; elveszíti a pert; énekel az esőben"
        "|Szegeden; jövőre; a sztrájk után; a tónál; szombattól; hűvös időben",
    ),
    "Croatian": (
        "cp1250",
        "Gradonačelnik; Momčad iz Splita; Učenica; Zrakoplovna tvrtka; Pekar; Općina"
        "|ponovno pobjeđuje; štedi novac; otvara novu cestu; gubi utakmicu; priča priču"
        "|u Osijeku; iduće godine; nakon štrajka; uz rijeku; već u nedjelju; kaže župan",
    ),
    "Romanian": (
        "cp1250",
        "Primarul; Echipa din Iaşi; O elevă; Compania aeriană; Brutarul; Preşedinţia"
        "|câştigă din nou; reduce cheltuielile; deschide o şosea; pierde în faţa juriului; cântă în ploaie"
        "|la Constanţa; săptămâna viitoare; după grevă; lângă râu; spune ministrul; în această dimineaţă",
    ),
    "Russian": (
        "cp1251 koi8-r cp866 iso8859-5",
        "Мэр города; Сборная; Школьница; Авиакомпания; Пекарь; Театр"
        "|снова побеждает; сокращает бюджет; открывает новый маршрут; проиграл суд; готовит праздник"
        "|в Москве; в субботу; после забастовки; в новом году; у реки; сообщил министр",
    ),
    "Ukrainian": (
        "cp1251 koi8-u",
        "Мер міста; Збірна; Школярка; Авіакомпанія; Пекар; Київський театр"
        "|знову перемагає; скорочує бюджет; відкриває новий маршрут; програв суд; готує свято"
        "|у Києві; в суботу; після страйку; наступного року; біля річки; її чекають всі",
    ),
    "Bulgarian": (
        "cp1251",
        "Кметът; Отборът; Ученичка; Авиокомпания; Пекарят; Театърът"
        "|печели отново; намалява бюджета; открива нов път; загуби делото; подготвя празник"
        "|в София; в събота; след стачката; догодина; край реката; съобщи министърът",
    ),
    "Greek": (
        "cp1253 iso8859-7",
        "Ο δήμαρχος; Η εθνική ομάδα; Μια μαθήτρια; Η αεροπορική εταιρεία; Ο φούρναρης; Το θέατρο"
        "|κερδίζει ξανά; μειώνει τις δαπάνες; ανοίγει νέο δρόμο; χάνει τη δίκη; ετοιμάζει γιορτή"
        "|στην Αθήνα; το Σάββατο; μετά την απεργία; του χρόνου; δίπλα στο ποτάμι; λέει ο υπουργός",
    ),
    "Turkish": (
        "cp1254",
        "Belediye başkanı; Millî takım; Öğrenci; Havayolu şirketi; Fırıncı; Tiyatro"
        "|yine kazandı; bütçeyi kıstı; yeni yol açıyor; davayı kaybetti; şarkı söylüyor"
        "|İstanbul’da; cumartesi günü; grevden sonra; gelecek yıl; göl kıyısında; bakan açıkladı",
    ),
    "Arabic": (
        "cp1256 iso8859-6",
        "رئيس البلدية; المنتخب الوطني; طالبة; شركة الطيران; الخباز; المسرح"
        "|يفوز مجددا; يخفض الميزانية; يفتتح طريقا جديدا; يخسر القضية; يستعد للعيد"
        "|في القاهرة; يوم السبت; بعد الإضراب; العام المقبل; قرب النهر; يقول الوزير",
    ),
    "Hebrew": (
        "cp1255",
        "ראש העיר; הנבחרת; תלמידה; חברת התעופה; האופה; התיאטרון"
        "|מנצחת שוב; מקצץ בתקציב; פותח כביש חדש; הפסיד במשפט; מתכונן לחג"
        "|בחיפה; בשבת; אחרי השביתה; בשנה הבאה; ליד הנהר; אומר השר",
    ),
    "Lithuanian": (
        "cp1257",
        "Meras; Komanda iš Šiaulių; Mokinė; Oro linijos; Kepėjas; Žmonės"
        "|vėl laimi; mažina išlaidas; atidaro naują kelią; pralaimėjo bylą; ruošia šventę"
        "|Vilniuje; šeštadienį; po streiko; kitąmet; prie ežero; sako ministrė",
    ),
    "Latvian": (
        "cp1257",
        "Mērs; Komanda no Rīgas; Skolniece; Lidsabiedrība; Maiznieks; Teātris"
        "|atkal uzvar; samazina tēriņus; atklāj jaunu ceļu; zaudē tiesā; gatavo svētkus"
        "|Jūrmalā; sestdien; pēc streika; nākamgad; pie ezera; saka ministrs",
    ),
    "Thai": (
        "cp874",
        "นายกเทศมนตรี; ทีมชาติไทย; นักเรียน; สายการบิน; คนทำขนมปัง; โรงละคร"
        "|ชนะอีกครั้ง; ลดงบประมาณ; เปิดถนนใหม่; แพ้คดี; เตรียมงานเทศกาล"
        "|ในกรุงเทพ; วันเสาร์นี้; หลังการประท้วง; ปีหน้า; ริมแม่น้ำ; รัฐมนตรีกล่าว",
    ),
    "Japanese": (
        "cp932 euc_jis_2004",
        "市長; サッカー日本代表; 女子高生; 航空会社; パン職人; 劇場"
        "|が再び勝利; が予算を削減; が新しい道路を開通; が裁判で敗れる; が祭りを準備"
        "|、東京で; 、土曜日に; 、ストライキの後; 、来年; 、川のそばで; と大臣が発表",
    ),
    "Chinese, simplified": (
        "gb18030",
        "市长; 国家队; 一名学生; 航空公司; 面包师; 剧院"
        "|再次获胜; 削减预算; 开通新线路; 输掉官司; 准备节日活动"
        "|在北京; 本周六; 罢工之后; 明年; 就在河边; 部长表示",
    ),
    "Chinese, traditional": (
        "big5hkscs",
        "市長; 國家隊; 一名學生; 航空公司; 麵包師傅; 劇院"
        "|再次獲勝; 削減預算; 開通新路線; 輸掉官司; 準備節慶活動"
        "|在台北; 本週六; 罷工之後; 明年; 就在河邊; 部長表示",
    ),
    "Korean": (
        "cp949",
        "시장; 국가대표팀; 여고생; 항공사; 제빵사; 극장"
        "|다시 승리; 예산을 줄인다; 새 도로를 연다; 재판에서 졌다; 축제를 준비한다"
        "|서울에서; 토요일에; 파업 이후; 내년에; 강가에서; 장관이 밝혔다",
    ),
}
KINDS = tuple(
    (language, encoding) for language, (encodings, _) in _HEADLINES.items() for encoding in encodings.split()
)


def headlines(language: str, rows: int, draw: random.Random) -> Iterator[str]:
    """Made-up headlines; of the English ones at most four have a character beyond ASCII."""
    parts = [part.split("; ") for part in _HEADLINES[language][1].split("|")]
    beyond_ascii = draw.randint(1, 4)
    while rows:
        headline = " ".join(map(draw.choice, parts))
        if language == "English" and not headline.isascii():
            if not beyond_ascii:
                continue
            beyond_ascii -= 1
        rows -= 1
        yield headline


def made_up_file(language: str, encoding: str, rows: int, seed: int) -> bytes:
    """A CSV or JSON lines, the first of which with a headline beyond ASCII."""
    draw = random.Random(f"{language} {rows} {seed}")
    texts = list(headlines(language, rows, draw))
    if "".join(texts).isascii():
        texts[0] = next(text for text in headlines(language, rows + 1_000, draw) if not text.isascii())
    table = [{"headline": text, "category": draw.choice(("SPORT", "FOOD", "CITY"))} for text in texts]
    if seed % 2:
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in table)
    else:
        content = "headline,category\n" + "\n".join(f'"{row["headline"]}",{row["category"]}' for row in table)
    return (content + "\n").encode(encoding, "replace")


def by_charset_normalizer(content: bytes) -> str:
    """What charset-normalizer tells of the lines beyond ASCII, of the same encodings."""
    lines = b"\n".join(line for line in content.split(b"\n") if not line.isascii())
    best = from_bytes(lines, cp_isolation=[choice for choice in CHOICES if choice != "utf-8"]).best()
    return best.encoding if best else "utf-8"


def wrong(language: str, encoding: str, rows: int, seed: int, ask: Callable[[bytes], str]) -> str:
    """The encoding that is told of a made-up file and gives another text; empty if it gives the same."""
    content = made_up_file(language, encoding, rows, seed)
    answer = ask(content)
    return "" if content.decode(answer, "replace") == content.decode(encoding) else answer


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    asked = parser.parse_args()
    ways: dict[str, Callable[[bytes], str]] = {
        "ours": lambda content: detect([content]),
        "charset-normalizer": by_charset_normalizer,
    }
    shares: dict[str, dict[int, float]] = {way: {} for way in ways}
    for way, ask in ways.items():
        for rows in SIZES:
            answers = {
                (*kind, seed): wrong(*kind, rows, seed, ask) for kind in KINDS for seed in range(FILES)
            }
            mistakes = {key: answer for key, answer in answers.items() if answer}
            shares[way][rows] = 1 - len(mistakes) / len(answers)
            print(f"{way:20}{rows:6,} rows: {shares[way][rows]:.1%} of {len(answers)} files")
            if way == "ours":
                for (language, encoding, seed), answer in mistakes.items():
                    print(f"    {language}, {encoding}, file {seed}: {answer}")
    if asked.json:
        print(json.dumps(shares))


if __name__ == "__main__":
    main()
