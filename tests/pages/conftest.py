"""What every test of a page stands on."""

import gc
from collections.abc import Iterator

import pytest

from core.runs import study


@pytest.fixture(scope="module", autouse=True)
def _only_what_a_page_made_is_collected() -> Iterator[None]:
    """Streamlit collects all garbage after each run of a page; what stood before the pages is not gone through again.

    Among it are TensorFlow and all the other tests: half a second a run, where the page takes a tenth.
    """
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The studies that a page has asked for; none is begun."""
    names: list[str] = []
    monkeypatch.setattr(study, "ask", lambda folder, name: names.append(name))
    return names
