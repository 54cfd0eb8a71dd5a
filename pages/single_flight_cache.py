"""The last few results by key, each computed once though several visitors ask for it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Shelf:
    """The last few results by key. Two visitors who ask for the same at once wait for one computation."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._kept

    def peek(self, key: Hashable) -> Any:
        """The result kept under ``key``; None when there is none."""
        with self._lock:
            return self._kept.get(key)

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """The result kept under ``key``, else ``build()``; what ``build`` raises is raised and not kept."""
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            result = build()
            with self._lock:
                self._kept[key] = result
                while len(self._kept) > self._most:
                    dropped, _ = self._kept.popitem(last=False)
                    self._locks.pop(dropped, None)
        return result
