"""Blocks of bytes -> whole lines, with a cap on the length of one."""

import itertools
from collections.abc import Iterable, Iterator

from core.news.decompression import Caps

_LINES, _WRAPPED = 200, 0.95  # lines that are looked at, and the share of them that are in quotation marks


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


def has_wrapped_lines(head: bytes) -> bool:
    """Whether nearly every line is in quotation marks as a whole: a table that was saved as one column of texts."""
    lines = [line for line in head.splitlines()[:_LINES] if line.strip()]
    wrapped = sum(len(line) > 2 and line[:1] == line.rstrip()[-1:] == b'"' for line in lines)
    return bool(lines) and wrapped >= _WRAPPED * len(lines)


def unwrapped(blocks: Iterable[bytes], caps: Caps) -> Iterator[bytes]:
    """The lines without the quotation marks around them, and with one for each two inside; one over the cap stays."""
    for whole in whole_lines(newlines_only(blocks), caps):
        if whole is None:
            yield b'"' + b" " * caps.line + b"\n"
            continue
        lines = (line.rstrip() for line in whole.split(b"\n")[:-1])
        yield b"".join(
            (line[1:-1].replace(b'""', b'"') if len(line) > 1 and line[:1] == line[-1:] == b'"' else line)
            + b"\n"
            for line in lines
        )


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
