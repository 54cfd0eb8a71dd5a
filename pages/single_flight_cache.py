"""A cache that computes each result once, also when several visitors ask for it at the same time.

cachetools decides which results are dropped. Ours is that a second visitor waits for the first one's result.
``cachetools.cached`` does that too, but for a function of the key alone: here each visitor brings a ``build`` of their
own. The bound is in bytes: how large a visitor's file or network is, nobody knows beforehand.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any, ClassVar, Generic, TypeVar

from cachetools import LRUCache

from pages.memory_size import memory_size

Value = TypeVar("Value")


class SingleFlightCache(Generic[Value]):
    """The most recently used results, of ``megabytes`` at most; one thread at a time builds the result of a key.

    Of results that are larger than all of it the last one is kept: a page that asks for it at every keystroke would
    build it each time.
    """

    _all: ClassVar[list["SingleFlightCache[Any]"]] = []

    def __init__(self, megabytes: float) -> None:
        self._all.append(self)
        self._results: LRUCache[Hashable, Value] = LRUCache(megabytes * 1e6, getsizeof=memory_size)
        self._oversized: dict[Hashable, Value] = {}  # one at most
        self._building: set[Hashable] = set()
        self._changed = threading.Condition()  # guards both

    @classmethod
    def forget_all(cls) -> None:
        """Drop the results of all caches. What is needed again is read from the disk again."""
        for cache in cls._all:
            with cache._changed:
                cache._results.clear()
                cache._oversized.clear()

    def __contains__(self, key: Hashable) -> bool:
        with self._changed:
            return key in self._results or key in self._oversized

    def peek(self, key: Hashable) -> Value | None:
        """The result of ``key``; None when there is none. Neither builds nor waits."""
        with self._changed:
            return self._results.get(key, self._oversized.get(key))

    def get(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """The result of ``key``; built if there is none.

        An exception of ``build`` goes to its own caller and is not cached; a caller that waited builds in turn.
        """
        with self._changed:
            self._changed.wait_for(lambda: key not in self._building)
            if key in self._results:
                return self._results[key]
            if key in self._oversized:
                return self._oversized[key]
            self._building.add(key)
        try:
            result = build()
            with self._changed:
                self._keep(key, result)
        finally:
            with self._changed:
                self._building.remove(key)
                self._changed.notify_all()
        return result

    def _keep(self, key: Hashable, result: Value) -> None:
        try:
            self._results[key] = result
        except ValueError:  # larger than the whole cache
            self._oversized = {key: result}
