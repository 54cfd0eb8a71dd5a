"""Which Python ``make`` takes, tried with stand-ins that say they are another version."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.paths import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not on this machine")

STAND_IN = """#!/bin/sh
exec "{executable}" -c "import sys; sys.version_info = {version}
$2"
"""
LEADS_NOWHERE = """#!/bin/sh
echo "$0: command not found" >&2
exit 127
"""


def _make(
    folder: Path, *arguments: str, **versions: tuple[int, int] | None
) -> subprocess.CompletedProcess[str]:
    """Run ``make`` where the Pythons ``versions`` are the only programs on the path.

    A version of None is a name that leads nowhere, as version managers leave on the path.
    """
    for name, version in versions.items():
        program = folder / name.replace("_", ".")
        program.write_text(
            STAND_IN.format(executable=sys.executable, version=version) if version else LEADS_NOWHERE
        )
        program.chmod(0o755)
    command = [shutil.which("make") or "", "--no-print-directory", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS")}
    environment["PATH"] = str(folder)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({"python3": (3, 11), "python3_13": (3, 13)}, "python3"),
        ({"python3": (3, 12)}, "python3"),
        ({"python3": (3, 13)}, "python3"),
        ({"python3": (3, 10), "python3_11": (3, 11), "python3_12": (3, 12)}, "python3.12"),
        ({"python3": (3, 14), "python3_12": (3, 12), "python3_13": (3, 13)}, "python3.13"),
        ({"python3": (3, 10), "python3_13": None, "python3_12": None, "python3_11": (3, 11)}, "python3.11"),
        ({"python3_12": (3, 12)}, "python3.12"),
    ],
)
def test_the_first_python_in_range_is_taken(
    tmp_path: Path, versions: dict[str, tuple[int, int] | None], taken: str
) -> None:
    answer = _make(tmp_path, "--eval", "taken: ; $(info $(PYTHON))", "taken", **versions)
    assert answer.stdout.splitlines()[0] == taken


@pytest.mark.parametrize("versions", [{}, {"python3": (3, 10)}, {"python3": (3, 14), "python3_12": None}])
def test_no_python_in_range_is_one_clear_line(
    tmp_path: Path, versions: dict[str, tuple[int, int] | None]
) -> None:
    environment = tmp_path / "environment"
    answer = _make(tmp_path, f"VENV={environment}", f"{environment}/bin/pip", **versions)
    assert answer.returncode == 2
    assert "Headline Lab needs Python 3.11, 3.12 or 3.13" in answer.stderr.splitlines()[-2]
    assert not environment.exists()
