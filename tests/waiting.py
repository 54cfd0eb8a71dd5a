"""Waiting for an event, and never for a time: the one place of the tests that looks at a clock."""

import time
from collections.abc import Callable

HANG_SECONDS = 300.0  # no machine is so slow: what has not come by then does not come


def wait_until(happened: Callable[[], object], why: Callable[[], object] = lambda: "") -> None:
    """Return once ``happened()`` is true.

    Args:
        why: called when it does not become true; tells what was there instead.
    """
    end = time.monotonic() + HANG_SECONDS
    while not happened():
        if time.monotonic() > end:
            raise AssertionError(f"it does not happen: {why()}")
        time.sleep(0.05)
