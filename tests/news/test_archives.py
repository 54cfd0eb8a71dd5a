"""Archives: which of their files are read, and a folder of texts for each category."""

import hashlib
import io
import random
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.archive_contents import ClassFile, Contents, class_files, contents, train_and_test
from core.news.caps import BLOCK, Caps
from core.news.changes import Changes
from core.news.decompression import Decompressor
from core.news.formats.articles import Article, Rejected
from core.news.formats.class_folders import ClassFolders, encoding_of_texts
from core.news.news import inspect_news, read_news
from core.news.reading import Columns, Reading
from core.news.unpacking import HashingStream
from tests.news.case_files import to_parquet, to_sqlite, to_xlsx

COLUMNS = Columns(headline="headline", description="description", category="category")
Pack = Callable[[Mapping[str, bytes]], bytes]


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def tar_gz(files: Mapping[str, bytes]) -> bytes:
    return tarred(files, "w:gz")


def tar_bz2(files: Mapping[str, bytes]) -> bytes:
    return tarred(files, "w:bz2")


PACKS: list[Pack] = [zipped, tarred, tar_gz, tar_bz2]


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Decompressor]:
    def store(content: bytes, member: str | None = None, caps: Caps | None = None) -> Decompressor:
        path = tmp_path / "stored"
        path.write_bytes(content)
        return Decompressor(path, "news.zip", member=member, caps=caps)

    return store


def listing(*names: str) -> Contents:
    return contents(names)


@pytest.mark.parametrize(
    ("names", "members", "left_out"),
    [
        (["archive/news.json"], ["archive/news.json"], []),
        (["news.csv", "README.md", "LICENSE.txt", "a.pdf"], ["news.csv"], ["README.md", "LICENSE.txt", "a.pdf"]),
        (["__MACOSX/._news.csv", "._news.csv", ".DS_Store", "a/.DS_Store", "Thumbs.db", "news.csv"], ["news.csv"], []),
        (["news.csv", "classes.txt", "labels.pkl"], ["news.csv"], ["classes.txt", "labels.pkl"]),
        (["a.csv", "b.csv"], ["a.csv", "b.csv"], []),
        (["news.csv", "sample_submission.csv"], ["news.csv"], ["sample_submission.csv"]),
        (["glove.50d.txt", "glove.100d.txt"], ["glove.50d.txt", "glove.100d.txt"], []),
        (["texts/a.txt", "texts/b.txt"], ["texts/a.txt", "texts/b.txt"], []),
        (["README.md"], ["README.md"], []),
        (["news.csv.gz", "notes.txt"], ["news.csv.gz"], ["notes.txt"]),
        ([], [], []),
    ],
)  # fmt: skip
def test_which_files_are_read(names: list[str], members: list[str], left_out: list[str]) -> None:
    assert listing(*names) == Contents(members=tuple(members), left_out=tuple(left_out))


@pytest.mark.parametrize(
    ("members", "pair"),
    [
        (["train.csv", "test.csv"], (0, 1)),
        (["ag_news_test.csv", "ag_news_training.csv"], (1, 0)),
        (["TRAIN.TSV", "TEST.TSV", "VALID.TSV"], (0, 1)),
        (["train.csv", "dev.csv"], (0, 1)),
        (["data/train-00000-of-00001.parquet", "data/test-00000-of-00001.parquet"], (0, 1)),
        (["train/news.csv", "test/news.csv"], (0, 1)),
        (["learn.csv", "heldout.csv"], (0, 1)),
        (["train.csv"], None),
        (["train1.csv", "train2.csv", "test.csv"], None),
        (["train.csv", "test_a.csv", "test_b.csv"], None),
        (["trainers.csv", "testimony.csv"], None),
        (["sport.csv", "food.csv"], None),
    ],
)
def test_train_and_test_by_their_names(members: list[str], pair: tuple[int, int] | None) -> None:
    assert train_and_test(members) == (pair and (members[pair[0]], members[pair[1]]))


def test_a_folder_for_each_category() -> None:
    flat = [
        "news/sport/1.txt",
        "news/food/2.txt",
        "news/README.TXT",
        "news/sport/2019/3.txt",
        "news/loose.txt",
    ]
    assert listing(*flat) == Contents(members=("",), folders=True)
    assert class_files(flat) == [
        ClassFile(name="news/sport/1.txt", category="sport"),
        ClassFile(name="news/food/2.txt", category="food"),
        ClassFile(name="news/sport/2019/3.txt", category="sport"),
        ClassFile(name="news/loose.txt", problem="is in no folder of a category"),
    ]


def test_folders_of_training_and_test_above_those_of_the_categories() -> None:
    names = ["imdb/train/pos/1.txt", "imdb/train/neg/2.txt", "imdb/test/pos/3.txt", "imdb/test/neg/4.txt"]
    names += ["imdb/train/unsup/5.txt", "imdb/train/urls.txt", "imdb/imdb.vocab"]
    assert listing(*names) == Contents(members=("train", "test"), folders=True)
    assert [file.category for file in class_files(names, "test")] == ["pos", "neg"]
    train = class_files(names, "train")
    assert [file.category for file in train] == ["pos", "neg", "", "", ""]
    assert train[2].problem == "is in the folder unsup, which is no category"
    assert len(class_files(names, "test")) + len(train) == len(class_files(names)) == len(names)
    bydate = [
        f"20news-bydate-{part}/{group}/{n}"
        for part in ("test", "train")
        for group in ("sci.med", "misc")
        for n in (1, 2)
    ]
    assert listing(*bydate).members == ("train", "test")
    assert {file.category for file in class_files(bydate, "train")} == {"sci.med", "misc"}


@pytest.mark.parametrize(
    "names",
    [
        ["train/1.txt", "test/2.txt"],
        ["one/1.txt", "one/2.txt"],
        ["1.txt", "2.txt"],
        ["sport/1.csv", "food/2.csv"],
        ["1.txt", "2.txt", "3.txt", "a/4.txt", "b/5.txt"],
    ],
)
def test_what_is_no_folder_for_each_category(names: list[str]) -> None:
    assert not listing(*names).folders
    assert class_files(names) == []


@given(
    st.lists(st.lists(st.sampled_from(["train", "test", "a", "b", "x.csv", "1.txt"]), min_size=1, max_size=4))
)
def test_every_text_of_class_folders_is_in_one_part(paths: list[list[str]]) -> None:
    names = list(dict.fromkeys("/".join(path) for path in paths))
    layout = listing(*names)
    if layout.folders:
        parts = [file.name for member in layout.members for file in class_files(names, member)]
        assert sorted(parts) == sorted(file.name for file in class_files(names))
        assert sorted(parts) == sorted(names)
    else:
        assert set(layout.members) | set(layout.left_out) == set(names)


@pytest.mark.parametrize("pack", PACKS)
def test_the_only_table_the_training_table_and_a_chosen_one(
    pack: Pack, stored: Callable[..., Decompressor]
) -> None:
    alone = stored(pack({"folder/news.csv": b"headline\nx\n", "__MACOSX/folder/._news.csv": b"\0\1"}))
    assert b"".join(alone) == b"headline\nx\n"
    assert len(alone.fingerprint) == 64
    both = {"test.csv": b"test", "train.csv": b"train", "notes.txt": b"notes"}
    assert b"".join(stored(pack(both))) == b"train"
    assert b"".join(stored(pack(both), member="test.csv")) == b"test"
    assert b"".join(stored(pack(both), member="notes.txt")) == b"notes"
    several = {"a/spring.csv": b"1", "a/autumn.csv": b"2"}
    with pytest.raises(NewsFileError, match=r"holds 2 files: a/spring.csv, a/autumn.csv\. Choose one"):
        list(stored(pack(several)))
    assert b"".join(stored(pack(several), member="autumn.csv")) == b"2"
    with pytest.raises(
        NewsFileError, match=r"holds no file winter\.csv\. It holds a/spring.csv, a/autumn.csv"
    ):
        list(stored(pack(several), member="winter.csv"))


@pytest.mark.parametrize("pack", PACKS)
def test_texts_in_folders_are_articles(pack: Pack, stored: Callable[..., Decompressor]) -> None:
    files = {
        "news/sport/1.txt": b"Team wins\r\n\r\nIt rained.\r\nNobody left.",
        "news/food/2.txt": "\n\nCafé opens – again\n".encode(),
        "news/food/3.txt": "Crème brûlée at 5€\nThe “best”.".encode("cp1252"),
        "news/sport/4.txt": "Ärger im Stadion".encode("utf-16"),
        "news/sport/5.txt": b" \n ",
        "news/food/6.jpg": b"\xff\xd8\xff\x00\x00\x01",
        "news/loose.txt": b"x",
        "news/README": b"about",
    }  # fmt: skip
    decompressor = stored(pack(files))
    table = ClassFolders(decompressor, encoding_of_texts(decompressor))
    articles = list(table.articles(COLUMNS))
    assert table.encoding == "cp1252"
    assert [
        (article.headline, article.short_description, article.category)
        for article in articles
        if isinstance(article, Article)
    ] == [
        ("Team wins", "It rained.\nNobody left.", "sport"),
        ("Café opens – again", "", "food"),
        ("Crème brûlée at 5€", "The “best”.", "food"),
        ("Ärger im Stadion", "", "sport"),
    ]
    assert [article for article in articles if isinstance(article, Rejected)] == [
        Rejected(line=5, reason="news/sport/5.txt is empty"),
        Rejected(line=6, reason="news/food/6.jpg is no text"),
        Rejected(line=7, reason="news/loose.txt is in no folder of a category"),
    ]
    assert len(decompressor.fingerprint) == 64
    assert table.sample[0]["headline"] == "Team wins"


def test_a_text_over_the_cap_and_one_that_is_no_utf_8_cost_their_row_alone(
    stored: Callable[..., Decompressor],
) -> None:
    files = {"a/1": b"x" * 3_000, "a/2": b"Team wins", "b/3": b"damaged \xff text"}
    table = ClassFolders(stored(zipped(files), caps=Caps(line=2_000)), "utf-8")
    first, second, third = table.articles(COLUMNS)
    assert first == Rejected(line=1, reason="a/1 is longer than 2,000 bytes, which no article is")
    assert isinstance(second, Article)
    assert isinstance(third, Rejected)
    assert "byte 0xFF at position 9 is not UTF-8" in third.reason


@pytest.mark.parametrize("pack", PACKS[:2])
@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "c:\\a.csv", "\\\\server\\a.csv"]
)
def test_names_that_lead_out_of_the_archive_are_refused(
    pack: Pack, name: str, stored: Callable[..., Decompressor]
) -> None:
    with pytest.raises(NewsFileError, match="folders or paths outside of it"):
        list(stored(pack({name: b"headline\nx\n"})))


def test_a_file_without_a_name_is_refused(stored: Callable[..., Decompressor]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        nameless = zipfile.ZipInfo("news.csv")
        nameless.filename = ""
        archive.writestr(nameless, b"headline\nx\n")
    with pytest.raises(NewsFileError, match="a file without a name"):
        list(stored(stream.getvalue()))


def test_links_in_a_tar_are_refused(stored: Callable[..., Decompressor]) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            entry = tarfile.TarInfo("news.csv")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        with pytest.raises(NewsFileError, match="a link or device instead of a file"):
            list(stored(buffer.getvalue()))


def test_a_table_packed_twice_is_refused(stored: Callable[..., Decompressor]) -> None:
    for inner in (zipped({"a.csv": b"x"}), tarred({"a.csv": b"x"}), tarred({"a.csv": b"x"}, "w:gz")):
        with pytest.raises(NewsFileError, match=r"packed once more|a tar archive"):
            list(stored(zipped({"inner": inner})))


def test_too_many_files_are_refused_before_they_are_held(stored: Callable[..., Decompressor]) -> None:
    caps = Caps(members=1_000)
    many = {f"{number}/x.txt": b"" for number in range(1_001)}
    for pack in PACKS[:2]:
        with pytest.raises(NewsFileError, match="holds more than 1,000 files"):
            list(stored(pack(many), caps=caps))
    with pytest.raises(NewsFileError, match="holds more than 150,000 files, or very long names"):
        list(stored(zipped(many), caps=Caps(directory=50_000)))


def test_a_bomb_of_many_files_is_stopped_at_the_caps_of_all_together(
    stored: Callable[..., Decompressor],
) -> None:
    files = {f"{'ab'[number % 2]}/{number}.txt": b"x" * 100_000 for number in range(100)}
    for pack in (zipped, tar_gz):
        with pytest.raises(NewsFileError, match="unpacks to more than 200 times its size"):
            list(stored(pack(files), caps=Caps(ratio_from=1_000_000)))
        with pytest.raises(NewsFileError, match=r"is larger than 0\.00195312 GB when unpacked"):
            list(stored(pack(files), caps=Caps(unpacked=2**21)))


def test_a_tar_that_breaks_off_behind_a_file_says_so(stored: Callable[..., Decompressor]) -> None:
    """Nothing is lost of the files before, but nobody knows how many would follow."""
    content = tarred({"a/1.txt": b"Rain\n", "b/2.txt": b"Sun\n", "b/3.txt": b"Wind\n"})
    third = 2 * 1024  # a header and a block of text each
    for damaged in (content[: third + 100], content[:third] + b"x" + content[third + 1 :]):
        decompressor = stored(damaged)
        assert [text for _, text in decompressor.texts()] == [b"Rain\n", b"Sun\n"]
        assert "ends too early" in decompressor.damage


def test_a_tar_without_its_closing_zeros_is_whole(stored: Callable[..., Decompressor]) -> None:
    """Some programs write none; ``tarfile`` and ``tar`` read it. A file that is cut off stays an error."""
    content = tarred({"a/1.txt": b"Rain\n", "b/2.txt": b"Sun\n"})[: 2 * 1024]
    whole = stored(content)
    assert [text for _, text in whole.texts()] == [b"Rain\n", b"Sun\n"]
    assert whole.damage == ""
    cut = stored(content[:-510])  # inside of the text
    assert [file.problem for file, _ in cut.texts()][-1] == "is damaged or ends too early"
    assert "ends too early" in cut.damage


@pytest.mark.parametrize("pack", [tar_gz, tar_bz2])
def test_a_tar_with_a_file_for_each_category_is_not_unpacked_again_for_each(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(1)
    files = {
        f"topic{number:02}.csv": b"headline\n"
        + b"".join(b"%d rain on day %d\n" % (draw.getrandbits(99), row) for row in range(100))
        for number in range(12)
    }
    path = tmp_path / "news.tar"
    path.write_bytes(pack(files))
    sizes: list[int] = []
    read = HashingStream.read

    def counted(stream: HashingStream, size: int = BLOCK) -> bytes:
        block = read(stream, size)
        if stream.stream.name == str(path):
            sizes.append(len(block))
        return block

    monkeypatch.setattr(HashingStream, "read", counted)
    news = read_news(path)
    assert len(news) == 1_200
    assert len(news.categories) == 12
    assert sum(sizes) < 6 * path.stat().st_size  # fewer readings than files


def test_a_tar_s_name_of_many_megabytes_is_not_held(stored: Callable[..., Decompressor]) -> None:
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 60_000_000
    content = tarred({"a.csv": b"headline\nx\n"})[:1024] + entry.tobuf(tarfile.GNU_FORMAT) + b"x" * 60_000_000
    decompressor = stored(content, member="a.csv")
    tracemalloc.start()
    assert b"".join(decompressor) == b"headline\nx\n"
    assert "ends too early" in decompressor.damage
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("pack", PACKS)
def test_an_archive_that_breaks_off_keeps_what_was_whole(
    pack: Pack, stored: Callable[..., Decompressor]
) -> None:
    draw = random.Random(1)
    files = {
        f"{'ab'[n % 2]}/{n}.txt": f"Headline {n}\n{draw.getrandbits(40_000):x}".encode() for n in range(400)
    }
    content = pack(files)
    decompressor = stored(content[: len(content) * 3 // 4])
    if pack is zipped:  # its table of contents is at the end
        with pytest.raises(NewsFileError, match="a damaged zip file"):
            list(decompressor)
        return
    headlines = [
        article.headline
        for article in ClassFolders(decompressor, encoding_of_texts(decompressor)).articles(COLUMNS)
        if isinstance(article, Article)
    ]
    assert 200 < len(headlines) < 400
    assert headlines == [f"Headline {n}" for n in range(len(headlines))]
    assert "ends too early" in decompressor.damage


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_byte_of_a_zip_ends_with_a_sentence_by_every_method(method: int, tmp_path: Path) -> None:
    content = table(*((f"Rain {number} again", "WEATHER") for number in range(500)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("news.csv", content)
    path = tmp_path / "news.zip"
    for position in (50, 80, 200):
        damaged = bytearray(packed.getvalue())
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(NewsFileError, match="damaged"):
            read_news(path)


def table(*rows: tuple[str, str]) -> bytes:
    return (
        "headline,category\n" + "".join(f"{headline},{category}\n" for headline, category in rows)
    ).encode()


@pytest.mark.parametrize("pack", PACKS)
def test_training_and_test_tables_are_read_as_one_whose_last_rows_are_the_test_part(
    pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "news"
    path.write_bytes(
        pack(
            {
                "test.csv": table(("Rain ahead", "weather"), ("Goal", "SPORT"), ("", "")),
                "train.csv": table(("Team wins", "SPORT"), ("Soup is served", "FOOD"), ("Snow comes", "WEATHER")),
                "classes.txt": b"SPORT\nFOOD\nWEATHER\n",
            }
        )
    )  # fmt: skip
    news = read_news(path)
    assert news.table["headline"].tolist() == [
        "Team wins",
        "Soup is served",
        "Snow comes",
        "Rain ahead",
        "Goal",
    ]
    assert news.table["category"].tolist() == ["SPORT", "FOOD", "WEATHER", "WEATHER", "SPORT"]
    assert news.test_rows == 2
    assert news.rejected_count == 1
    assert news.rows_in_file == 6
    assert "train.csv is learnt from, and test.csv is the test part: 2 articles." in news.warnings
    assert news.reading.member is None
    assert inspect_news(path).members == ("test.csv", "train.csv")
    again = read_news(path, reading=news.reading)
    assert again.table.equals(news.table)
    assert again.key == news.key
    alone = read_news(path, reading=Reading(member="test.csv"))
    assert alone.table["headline"].tolist() == ["Rain ahead", "Goal"]
    assert alone.test_rows == 0


def test_a_test_table_without_categories_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(
        zipped(
            {
                "train.csv": table(("Team wins", "SPORT"), ("Soup", "FOOD")),
                "test.csv": b"id,headline\n1,Rain\n",
            }
        )
    )
    news = read_news(path)
    assert len(news) == 2
    assert news.test_rows == 0
    assert "test.csv inside of it is not used: news.zip has no column 'category'" in news.warnings[-1]


def test_changes_concern_both_parts_and_the_test_part_stays_the_last_rows(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    rows = [("Team wins", "SPORT"), ("Soup", "FOOD"), ("Bread", "FOOD")]
    path.write_bytes(zipped({"train.csv": table(*rows), "test.csv": table(*reversed(rows))}))
    news = read_news(path, reading=Reading(changes=Changes(left_out=("SPORT",))))
    assert news.table["headline"].tolist() == ["Soup", "Bread", "Bread", "Soup"]
    assert news.test_rows == 2


@pytest.mark.parametrize("pack", PACKS)
def test_folders_of_training_and_test_are_read_as_one(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "news"
    names = [f"{part} {label} {n}" for part in ("test", "train") for label in ("pos", "neg") for n in (1, 2)]
    files = {f"imdb/{name.replace(' ', '/')}.txt": f"{name}\nMore.".encode() for name in names}
    path.write_bytes(pack({**files, "imdb/README": b"x", "imdb/vocabulary.txt": b"x"}))
    news = read_news(path)
    assert news.table["headline"].tolist()[:4] == ["train pos 1", "train pos 2", "train neg 1", "train neg 2"]
    assert news.test_rows == 4
    assert set(news.table["headline"][4:]) == {
        f"test {label} {n}" for label in ("pos", "neg") for n in (1, 2)
    }
    assert [(row.line, row.reason) for row in news.rejected] == [
        (5, "imdb/vocabulary.txt is in no folder of a category")
    ]
    assert news.shape.kind == "a folder of texts for each category"


def test_what_cannot_be_decoded_is_told(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes(
        "headline,category\nCafé closes,FOOD\nTeam wins,SPORT\n".encode("cp1252") + b"a\x81b,FOOD\n"
    )
    news = read_news(path, reading=Reading(encoding="cp1252"))
    assert news.table["headline"].tolist() == ["Café closes", "Team wins", "a�b"]
    assert any(
        warning.startswith("1 character could not be read as Windows-1252 (Western European)")
        for warning in news.warnings
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1250", "cp1251"]
)
@pytest.mark.parametrize(
    "pack", [bytes, lambda content: zipped({"a/news.csv": content}), lambda content: tar_gz({"n": content})]
)
def test_a_table_in_any_encoding_and_packing_is_read(
    encoding: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    words = {"cp1250": "Společnost otevře novou silnici", "cp1251": "Мэр города снова побеждает"}
    headline = words.get(encoding, "Le café n’est plus fermé cet été")
    path = tmp_path / "news"
    path.write_bytes(pack(("headline,category\r\n" + f"{headline},FOOD\r\n" * 30).encode(encoding)))
    news = read_news(path)
    assert set(news.table["headline"]) == {headline}
    assert len(news) == 30
    assert inspect_news(path).encoding == news.shape.encoding == news.reading.encoding


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("suffix", ["parquet", "feather", "sqlite", "xlsx"])
def test_a_table_of_random_access_is_read_in_an_archive(suffix: str, method: int, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"headline": [f"Rain {number} again" for number in range(30)], "category": ["A", "B", "C"] * 10}
    )
    rows = frame.to_numpy().tolist()
    if suffix == "parquet":
        content = to_parquet(frame)
    elif suffix == "feather":
        frame.to_feather(tmp_path / "made.feather")
        content = (tmp_path / "made.feather").read_bytes()
    elif suffix == "sqlite":
        content = to_sqlite(tmp_path, list(frame), rows)
    else:
        content = to_xlsx(list(frame), rows)
    path = tmp_path / "news"
    path.write_bytes(content)
    plain = read_news(path)
    assert len(plain) == 30
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(f"data/news.{suffix}", content)
    for archived in (packed.getvalue(), tar_gz({f"data/news.{suffix}": content})):
        path.write_bytes(archived)
        news = read_news(path)
        assert news.table.equals(plain.table)
        assert news.fingerprint == hashlib.sha256(archived).hexdigest()


def test_a_text_in_another_encoding_may_come_after_a_thousand(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    files = {f"{'ab'[n % 2]}/{n}": b"Team wins" for n in range(1_100)}
    path.write_bytes(zipped(files | {"a/last": "Le café n’est plus fermé".encode("cp1252")}))
    news = read_news(path)
    assert news.table["headline"].iloc[-1] == "Le café n’est plus fermé"
    assert news.reading.encoding == inspect_news(path).encoding == "cp1252"
    assert read_news(path, reading=news.reading).table.equals(news.table)
