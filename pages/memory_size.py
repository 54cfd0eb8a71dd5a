"""About how much memory a value takes, so that caches can be bounded by bytes."""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd


def memory_size(value: Any) -> int:
    """Bytes of a value and of all that it holds, each object once; an array that a file backs counts like any other.

    Looks into dataclasses, containers and objects with attributes; NumPy and pandas know their own sizes.
    """
    total, seen, remaining = 0, set[int](), [value]
    while remaining:
        each = remaining.pop()
        if id(each) not in seen:
            seen.add(id(each))
            total += _own_size(each)
            remaining += _parts(each)
    return total


def _own_size(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    if isinstance(value, pd.Series):
        return int(value.memory_usage(deep=True))
    return sys.getsizeof(value)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, np.ndarray | pd.DataFrame | pd.Series | str | bytes | int | float | type):
        return
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, tuple | list | set | frozenset):
        yield from value
    elif is_dataclass(value):
        yield from (getattr(value, field.name) for field in fields(value))
    else:
        yield from getattr(value, "__dict__", {}).values()
