"""Memory that nobody uses is given back to the system."""

import sys

import psutil
import pytest

from server.memory import give_back_memory


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take it back by themselves")
def test_what_was_freed_below_what_is_used_is_given_back() -> None:
    process = psutil.Process()
    # 200 MB from the heap: each is below glibc's mmap threshold.
    blocks = [bytes([n % 256]) * 100_000 for n in range(2_000)]
    used = process.memory_info().rss
    kept = blocks[-1]
    del blocks
    give_back_memory()
    assert used - process.memory_info().rss > 100e6
    assert len(kept) == 100_000
