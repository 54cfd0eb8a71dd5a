"""What pip installs: every library at one version, every file of it by its SHA-256."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.paths import ROOT

LOCKED = ("requirements.txt", "requirements-dev.txt")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def locked(text: str) -> dict[str, tuple[Requirement, int]]:
    """Name -> what is required, and the number of hashes that follow it."""
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    required = [(Requirement(HASH.sub("", line).strip()), len(HASH.findall(line))) for line in lines]
    return {canonicalize_name(each.name): (each, hashes) for each, hashes in required}


def wanted(text: str) -> list[Requirement]:
    """What an .in file asks for, without comments and the file that constrains it."""
    return [Requirement(line) for line in text.splitlines() if line and line[0] not in "#-"]


def faults(text: str) -> list[str]:
    """Which libraries of a locked file are not tied to one version and its files."""
    return [
        name
        for name, (required, hashes) in locked(text).items()
        if not hashes or [each.operator for each in required.specifier] != ["=="]
    ]


@pytest.mark.parametrize("name", LOCKED)
def test_every_library_has_one_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert len(locked(text)) > 10
    assert faults(text) == []
    assert "://" not in text  # each machine has an index of its own


def test_a_library_without_hash_or_version_is_found() -> None:
    tied = f"six==1.17.0 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64}\n    # via\n"
    assert faults(tied) == []
    assert faults(tied + "idna==3.20\n    # via six\n") == ["idna"]
    assert faults(tied.replace("==1.17.0", ">=1.17.0")) == ["six"]


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_asked_for_is_what_is_locked(name: str) -> None:
    """``make lock`` was run after the last change of an .in file."""
    lock = locked((ROOT / name).read_text("utf-8"))
    for each in wanted((ROOT / name).with_suffix(".in").read_text("utf-8")):
        pinned = lock[canonicalize_name(each.name)][0]
        assert (pinned.specifier, bool(pinned.marker)) == (each.specifier, bool(each.marker)), each.name


def test_both_files_name_the_same_version() -> None:
    app, tests = (locked((ROOT / name).read_text("utf-8")) for name in LOCKED)
    both = app.keys() & tests.keys()
    assert both
    assert [name for name in both if app[name] != tests[name]] == []


@pytest.mark.parametrize("file", ["Makefile", ".github/workflows/test.yml"])
def test_pip_is_told_to_require_them(file: str) -> None:
    calls = [line for line in Path(ROOT / file).read_text("utf-8").splitlines() if "-m pip install" in line]
    assert calls
    assert [line for line in calls if "--require-hashes" not in line] == []
