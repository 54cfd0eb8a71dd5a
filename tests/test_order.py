"""The order of the tests, on made-up ones: conftest.py."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import in_order


@dataclass(frozen=True)
class Made:
    """A test that is called what it is marked."""

    file: str
    name: str = "fast"

    @property
    def path(self) -> Path:
        return Path(f"test_{self.file}.py")

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.name.split() else None


COLLECTED = [
    Made("components", "browser"),
    Made("path", "browser slow"),
    Made("training", "slow"),
    Made("training"),
    Made("pages"),
    Made("worker", "slow"),
    Made("worker"),
    Made("worker", "slow"),
    Made("imports"),
    Made("imports", "slow"),
    Made("words"),
]


def test_files_stay_whole_and_come_by_their_slowest_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("test_path.py").write_text("a long journey")
    Path("test_components.py").write_text("glances")
    assert [(test.file, test.name) for test in in_order(COLLECTED)] == [
        ("imports", "fast"),
        ("imports", "slow"),
        ("pages", "fast"),
        ("words", "fast"),
        ("worker", "fast"),
        ("worker", "slow"),
        ("worker", "slow"),  # more slow tests than test_training.py
        ("training", "fast"),
        ("training", "slow"),
        ("path", "browser slow"),  # more text than test_components.py
        ("components", "browser"),
    ]
