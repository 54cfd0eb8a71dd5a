"""Upper bounds on what is read from a file, and the kind of file that an upload should be. Data alone."""

from dataclasses import dataclass

from core.errors import HeadlineLabError, NewsFileError

BLOCK = 1 << 20
MAX_CATEGORIES = 1_000  # with more, the column is hardly a category: the file is read, and no run starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Upper bounds on what is read from a file."""

    line: int = 4 * 2**20  # bytes of one line, or of one article of an array
    unpacked: int = 2**30  # bytes after decompression
    ratio: int = 200  # decompressed bytes per packed byte; news has about 5, a bomb 1,000
    ratio_from: int = 64 * 2**20  # decompressed bytes from which on the ratio is checked
    members: int = 150_000  # files in an archive; the largest collection of texts in use has 100,000
    directory: int = 16 * 2**20  # bytes of a zip's table of contents
    articles: int = 5_000_000
    categories: int = 100_000  # a category takes more memory than a short article


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFile:
    """The kind of file that an upload should be: wording and type of the error that refuses another."""

    what: str
    readable: str  # what to upload instead
    fewer: str  # what to do about a file that is too large
    error: type[HeadlineLabError]


NEWS = ExpectedFile(
    what="news",
    readable=(
        "Upload a table: CSV, JSON, Parquet or a spreadsheet. Or upload a zip with a folder of texts for each "
        "category. It may be compressed (.gz, .xz, .bz2, .zst, .zip, .tar)."
    ),
    fewer="Keep fewer articles.",
    error=NewsFileError,
)
