"""The first bytes of a file -> what it is, never the name. Sources: each format's specification, and file(1)."""

import re

from core.news.archives import ZIP, is_tar
from core.news.caps import NEWS, ExpectedFile
from core.news.unpacking import unpacker

# First bytes and the file type in words.
_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF\r\n", "an HDF5 file, as .h5 models are"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\xba\x16O/", "a binary fastText model"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
    (b"\x7fELF", "a program"),
)
_SHORT: tuple[tuple[bytes, str], ...] = (
    (b"BM", "a bitmap image"),
    (b"MZ", "a program"),
)  # also plain letters: used only when the head holds a NUL byte
# Tables that need random access, which are read from their path instead of block by block.
_TABLES: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
# What a page or a feed begins with that does not say what it is; a table may begin with a text in <p> or <b>.
_ELEMENT = re.compile(
    rb"<(rss|feed|rdf:rdf|xml|root|table|head|body|div|script|dataset|corpus|articles?|documents?|items?)[\s>]"
)


def is_table(head: bytes) -> bool:
    """Whether a file that begins so is a table that needs random access; of a zip, ``is_workbook`` decides."""
    return any(head.startswith(magic) for magic, _ in _TABLES)


def is_workbook(names: tuple[str, ...]) -> bool:
    """Whether a zip with these files is a spreadsheet of Excel or LibreOffice."""
    return any(name.startswith("xl/workbook.") for name in names) or {"mimetype", "content.xml"} <= set(names)


def refuse_model(names: tuple[str, ...], name: str, expected: ExpectedFile) -> None:
    """Raise ``expected.error`` if a zip with these files is a document or a model of another program."""
    if "[Content_Types].xml" in names:
        raise expected.error(f"{name} is an Office document. Save the table as CSV and upload that.")
    if "config.json" in names and any(member.endswith(".weights.h5") for member in names):
        raise expected.error(f"{name} is a Keras model, not {expected.what}. {expected.readable}")
    if any(member.endswith("/data.pkl") for member in names):
        raise expected.error(f"{name} is a PyTorch model, not {expected.what}. {expected.readable}")


def reject_binary(head: bytes, name: str, *, inside: str = "", expected: ExpectedFile = NEWS) -> None:
    """Raise ``expected.error`` if the first bytes are not those of a text; the error names the file type."""
    what = next((words for magic, words in (*_TABLES, *_NOT_TEXT) if head.startswith(magic)), None)
    if inside and (head.startswith(ZIP) or unpacker(head)):
        what = "packed once more"
    if b"\x00" in head:
        what = what or next((words for magic, words in _SHORT if head.startswith(magic)), None)
        what = what or ("binary data" if not head.strip(b"\x00") else None)
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1:
        what = "a Python pickle, which can run a stranger's program when you open it"
    if is_tar(head):
        what = "a tar archive"
    if head[4:8] == b"ftyp":
        what = "a film or picture (MP4, HEIC)"
    if what:
        raise expected.error(f"{inside}{name} is {what}, not {expected.what}. {expected.readable}")
    if expected is not NEWS and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]):
        raise expected.error(
            f"{inside}{name} is UTF-16 or UTF-32 text. Save it as UTF-8 and upload it again."
        )
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")) or _ELEMENT.match(start):
        raise expected.error(f"{inside}{name} is a web page or XML, not {expected.what}. {expected.readable}")
