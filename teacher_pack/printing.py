"""HTML -> PDF by the Chromium or Chrome that is installed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_SECONDS = 300


def find_browser() -> str | None:
    """The browser's program; None where none is installed."""
    installed = next(filter(None, map(shutil.which, _NAMES)), None)
    return installed or next((place for place in _PLACES if Path(place).exists()), None)


def to_pdf(browser: str, source: Path, target: Path) -> Path:
    """Print an HTML file; the page's size is that of its own style sheet.

    Raises:
        RuntimeError: the browser has written no file.
    """
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
        ]
        if sys.platform == "linux" and os.geteuid() == 0:
            command.append(
                "--no-sandbox"
            )  # Chromium's sandbox refuses root; the page is our own and loads nothing
        command += [f"--print-to-pdf={target.resolve()}", source.resolve().as_uri()]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    if not target.exists():
        raise RuntimeError(f"{browser} printed nothing: {outcome.stderr[-500:]}")
    return target
