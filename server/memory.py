"""Memory that nobody uses any more, given back to the system: allocators keep it otherwise."""

import ctypes
import sys

import pyarrow as pa


def give_back_memory() -> None:
    """Give back what Arrow's pool and, on Linux, the C library hold and do not use. Cost: some hundredths of a second.

    Source: malloc_trim(3). C libraries without it have no such call, and macOS and Windows do it by themselves.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
