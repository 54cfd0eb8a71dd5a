"""``python -m teacher_pack [FOLDER]``: write the pack as HTML, and as PDF where a Chromium is installed."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from core import paths
from teacher_pack import documents, printing
from teacher_pack.chapters import read_chapters
from teacher_pack.talk import starter_answers


def main() -> int:
    """Write the pack; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m teacher_pack", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=paths.ROOT / "handouts")
    folder = parser.parse_args().folder
    with (
        tempfile.TemporaryDirectory() as storage
    ):  # the chapters are opened as by a visitor who has chosen nothing
        os.environ["HEADLINE_LAB_STORAGE"] = storage
        pack = documents.pack(read_chapters(), *starter_answers())
    folder.mkdir(parents=True, exist_ok=True)
    browser = printing.find_browser()
    for name, page in pack.items():
        source = folder / f"{name}.html"
        source.write_text(page, encoding="utf-8")
        print(source)
        if browser:
            print(printing.to_pdf(browser, source, folder / f"{name}.pdf"))
    if browser is None:
        print(
            "No Chromium or Chrome is installed, so there is no PDF. Open the HTML files and print them.",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
