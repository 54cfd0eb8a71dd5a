"""A value that a test needs and whose type also allows None."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return ``value``, which is not None."""
    assert value is not None
    return value
