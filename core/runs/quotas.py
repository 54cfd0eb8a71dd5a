"""How much visitors may take of the server's disk and memory, and who brought what.

A visitor is a cookie, which can be dropped; the address stays. A class shares one address, so an address has room for
many visitors. The total and the free bytes of ``retention.py`` keep the disk alive.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.files import write_json
from core.news.content_store import MAX_STORED

UPLOADERS_FILE = ".uploaders.json"
_MOST_UPLOADERS = 1_000  # of one file; the last ones


@dataclass(frozen=True, slots=True)
class Quota:
    """Most bytes of one visitor, of one address, and of all together."""

    visitor: int
    address: int
    total: int


# News and word vectors, in largest uploads: an address has room for ten visitors who fill theirs, or for 300 with a
# file of 30 MB each of their own. A file that many upload counts once.
UPLOADS = Quota(visitor=4 * MAX_STORED, address=40 * MAX_STORED, total=80 * MAX_STORED)
CLASSIFIERS = UPLOADS  # the imported ones: of `best` ten, a hundred and two hundred

# Of an imported classifier's weights in memory. `best` has 101 MB with 42 categories, 170 MB with a hundred; 131,072
# words of 512 numbers have as much as this.
CLASSIFIER_BYTES = 256 * 2**20

# Answers to files of headlines, in the folder for temporary files: those to the largest file take 30 MB.
ANSWERS = Quota(visitor=100 * 2**20, address=1_000 * 2**20, total=2_000 * 2**20)
# Downloads while they are sent, in the same folder.
DOWNLOADS = Quota(visitor=2 * MAX_STORED, address=12 * MAX_STORED, total=16 * MAX_STORED)

_LEAST = 4 * 2**20  # that a small file counts, so that quotas also limit how many there are


def counted(size: int) -> int:
    """The bytes that a file or folder of ``size`` bytes counts."""
    return max(size, _LEAST)


@dataclass(frozen=True, slots=True)
class Client:
    """A visitor, and the address from which the visitor came."""

    visitor: str
    address: str


def fits(quota: Quota, taken: Iterable[tuple[Client, int]], client: Client, size: int) -> bool:
    """Whether ``size`` bytes more of ``client`` keep to the quota; where nothing is taken anything fits.

    Args:
        taken: bytes, and whose they are.
    """
    theirs = there = everybody = 0
    for each, taken_bytes in taken:
        theirs += taken_bytes * (each.visitor == client.visitor)
        there += taken_bytes * (each.address == client.address)
        everybody += taken_bytes
    return all(
        not bytes_ or bytes_ + size <= most
        for bytes_, most in ((theirs, quota.visitor), (there, quota.address), (everybody, quota.total))
    )


def uploaders(folder: Path) -> list[Client]:
    """Who brought what is in the folder, first to last; nobody where that is not known."""
    try:
        return [Client(**record) for record in json.loads((folder / UPLOADERS_FILE).read_bytes())]
    except (FileNotFoundError, ValueError, TypeError):  # of version 0.2.0, or damaged
        return []


def set_uploaders(folder: Path, uploaders: list[Client]) -> None:
    write_json(folder / UPLOADERS_FILE, [asdict(client) for client in uploaders[-_MOST_UPLOADERS:]])
