"""What every test of a page stands on."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _only_what_a_page_made_is_collected() -> Iterator[None]:
    """Streamlit collects all garbage after each run of a page; what stood before the pages is not gone through again.

    Among it are TensorFlow and all the other tests: half a second a run, where the page takes a tenth.
    """
    gc.freeze()
    yield
    gc.unfreeze()
