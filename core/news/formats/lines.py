"""Blocks of bytes -> whole lines, with a cap on the length of one."""

import itertools
from collections.abc import Iterable, Iterator

from core.news.decompression import Caps


def newlines_only(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks with \\r\\n and \\r replaced by \\n, for formats whose texts hold no line ends of their own."""
    carry = b""  # a \r at a block's end, whose \n may be the next block's first byte
    for block in blocks:
        if carry or b"\r" in block:
            block = carry + block
            carry = block[-1:] if block.endswith(b"\r") else b""
            block = block[: len(block) - len(carry)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield block
    if carry:
        yield b"\n"


def whole_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[bytes | None]:
    """Blocks cut after a \\n (the last gets one); None for a line over the cap, which is discarded as it arrives."""
    carry, skipping = b"", False
    for block in itertools.chain(blocks, [b"\n"]):
        if skipping:
            _, end, block = block.partition(b"\n")
            if not end:
                continue
            yield None
            skipping = False
        cut = block.rfind(b"\n") + 1
        if cut:
            yield carry + block[:cut]
            carry = block[cut:]
        else:
            carry += block
        if len(carry) > caps.line:
            carry, skipping = b"", True
