"""Pack the parts of WordNet 3.0 that NLTK's WordNetLemmatizer reads into ``data/nltk_data``.

    python -m data.make_nltk_data [--wordnet /usr/share/wordnet]

Source: Debian's package wordnet-base, which is WordNet 3.0 as Princeton published it. The lemmatizer
asks only whether a word is in the index of its part of speech, and which irregular form leads to which
word. So each line of the index files keeps its word and part of speech, its senses cut to one that points
nowhere; the exception lists stay whole; the definitions (``data.*``), the sense index, the counts and the
lexicographers' file names, which NLTK wants to exist, are empty. 30 MB become less than one. What is left
answers no question about meanings.

The contents depend on the source alone: a test packs again and compares.
"""

import argparse
import io
import zipfile
from pathlib import Path

PARTS = ("noun", "verb", "adj", "adv")
EMPTY = ("cntlist.rev", "lexnames", "index.sense", *(f"data.{part}" for part in PARTS))
NOTE = (
    "Cut from WordNet 3.0 by data/make_nltk_data.py for NLTK's WordNetLemmatizer: words, parts of speech\n"
    "and irregular forms. Senses, definitions and relations are left out. The licence of WordNet 3.0:\n\n"
)


def licence(index: str) -> str:
    """The licence as Princeton put it at the head of every file: numbered lines that start with a blank."""
    head = [line for line in index.splitlines() if line.startswith("  ")]
    return "\n".join(line.split(maxsplit=1)[1].rstrip() if line.split()[1:] else "" for line in head) + "\n"


def cut(index: str) -> str:
    """Each line's word and part of speech, with one sense, no pointers, at offset 0 (man page wndb(5WN))."""
    rows = (line.split(maxsplit=2) for line in index.splitlines() if not line.startswith(" "))
    return "".join(f"{row[0]} {row[1]} 1 0 1 0 0\n" for row in rows)


def pack(wordnet: Path) -> tuple[bytes, str]:
    """The zip file that NLTK opens, and the licence. Raises FileNotFoundError when WordNet is not there."""
    indexes = {part: (wordnet / f"index.{part}").read_text("utf-8") for part in PARTS}
    terms = NOTE + licence(indexes["noun"])
    files = {"LICENSE": terms} | dict.fromkeys(EMPTY, "")
    for part in PARTS:
        files[f"index.{part}"] = cut(indexes[part])
        files[f"{part}.exc"] = (wordnet / f"{part}.exc").read_text("utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"wordnet/{name}", date_time=(2006, 12, 6, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue(), terms


def main() -> None:
    parser = argparse.ArgumentParser(description="Pack WordNet for NLTK's lemmatizer.")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    packed, terms = pack(parser.parse_args().wordnet)
    folder = Path(__file__).parent / "nltk_data" / "corpora"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wordnet.zip").write_bytes(packed)
    (folder / "wordnet.LICENSE.txt").write_text(terms, "utf-8")
    print(f"{folder / 'wordnet.zip'}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
