"""A result is built once however many threads ask at once; the last used stay, failures do not."""

import threading
from functools import partial

import pytest

from pages.single_flight_cache import SingleFlightCache


def test_two_who_ask_at_once_get_one_result() -> None:
    cache, builds, both = SingleFlightCache[object](1), [], threading.Barrier(2)

    def build() -> object:
        builds.append(1)
        return object()

    def ask() -> None:
        both.wait()
        results.append(cache.get("key", build))

    results: list[object] = []
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert results[0] is results[1]


def test_whoever_waited_for_a_build_that_failed_builds_in_turn() -> None:
    cache, begun, may_fail = SingleFlightCache[str](1), threading.Event(), threading.Event()
    failures: list[Exception] = []

    def fail() -> str:
        begun.set()
        may_fail.wait()
        raise ZeroDivisionError

    def ask_first() -> None:
        try:
            cache.get("key", fail)
        except ZeroDivisionError as error:
            failures.append(error)

    first = threading.Thread(target=ask_first)
    first.start()
    begun.wait()
    results: list[str] = []
    second = threading.Thread(target=lambda: results.append(cache.get("key", lambda: "second's")))
    second.start()
    may_fail.set()
    first.join()
    second.join()
    assert (len(failures), results) == (1, ["second's"])


def test_another_key_does_not_wait_for_a_build() -> None:
    cache = SingleFlightCache[str](1)
    assert cache.get("outer", lambda: "outer and " + cache.get("inner", lambda: "inner")) == "outer and inner"
    assert cache.peek("inner") == "inner"


def test_the_last_used_stay_while_their_bytes_fit_and_no_failure() -> None:
    cache, thing = SingleFlightCache[bytes](1), bytes(400_000)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: bytes(thing))
    assert ("a" in cache, "b" in cache, "c" in cache) == (True, False, True)
    assert (cache.peek("a"), cache.peek("b")) == (thing, None)
    with pytest.raises(ZeroDivisionError):
        cache.get("d", lambda: bytes(1 // 0))
    assert "d" not in cache
    assert cache.get("d", lambda: b"5") == b"5"


def test_of_what_is_larger_than_the_cache_the_last_is_kept() -> None:
    cache = SingleFlightCache[bytes](1)
    cache.get("small", lambda: b"1")
    assert len(cache.get("large", lambda: bytes(1_000_000))) == 1_000_000
    assert cache.get("large", lambda: b"built again") == cache.peek("large") == bytes(1_000_000)
    assert ("small" in cache, "large" in cache) == (True, True)
    cache.get("larger", lambda: bytes(2_000_000))
    assert ("small" in cache, "large" in cache, "larger" in cache) == (True, False, True)


def test_the_first_build_counts_and_later_ones_are_not_called() -> None:
    cache = SingleFlightCache[int](1)
    assert [cache.get("key", partial(int, value)) for value in (3, 4)] == [3, 3]


def test_all_caches_forget_at_once_and_build_anew() -> None:
    small, large = SingleFlightCache[bytes](1), SingleFlightCache[bytes](0.001)
    small.get("key", lambda: b"1")
    large.get("key", lambda: bytes(10_000))
    SingleFlightCache.forget_all()
    assert "key" not in small
    assert "key" not in large
    assert small.get("key", lambda: b"2") == b"2"
