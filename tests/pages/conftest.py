"""What every test of a page stands on."""

import gc
from collections.abc import Iterator

import pytest

from core.runs import jobs


@pytest.fixture(scope="module", autouse=True)
def _collect_only_what_pages_make() -> Iterator[None]:
    """Keep what stands before the pages out of their garbage collections.

    Once a test has imported Keras, Streamlit clears Keras's session after each run of a page, and that collects all
    garbage: half a second a run, with TensorFlow and all other tests to go through, where the page takes a tenth.
    """
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The studies that a page has asked for; none is begun."""
    names: list[str] = []
    monkeypatch.setattr(jobs, "request_job", lambda folder, name: names.append(name))
    return names
