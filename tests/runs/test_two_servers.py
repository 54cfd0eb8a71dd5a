"""Two servers on one storage: what one of them gives away, the other does not give once more.

Both are processes of their own. While the first holds the lock, the second is begun: it finds the lock taken. With a
lock of one process it would check what is free at the same time, say "inside" in place of "waiting", and give it again.
"""

from pathlib import Path

import pytest

from core import paths
from core.news.news import read_news
from core.runs import retention, run_queue
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.training.events import Failed
from tests.runs.other_server import OtherServer
from tests.runs.queued_runs import new_run

pytestmark = pytest.mark.slow


@pytest.fixture
def store() -> RunStore:
    return RunStore(paths.runs())


def ended_run(store: RunStore, news: Path) -> Run:
    run = store.create(
        PRESETS["quick"],
        news=news,
        news_name=news.name,
        fingerprint=read_news(news).fingerprint,
        owner="ada",
    )
    run.append(Failed(reason="r", seconds=1.0))
    return run


@pytest.mark.parametrize("kept", [0, retention.RUNS - 1])
def test_a_visitor_who_starts_on_both_gets_one_run(kept: int, store: RunStore, small_news: Path) -> None:
    for _ in range(kept):
        ended_run(store, small_news)
    with OtherServer("start", str(small_news)) as first:
        assert first.says() == "inside"
        with OtherServer("start", str(small_news)) as second:
            assert second.says() == "waiting"
            first.go_on()
            assert first.says() == "started"
            assert second.says().startswith("refused: One of your runs is training.")
            assert len(store.of_owner("ada")) == kept + 1


@pytest.mark.usefixtures("one_slot")
def test_one_slot_is_given_to_one_run(store: RunStore) -> None:
    runs = [new_run(store, owner) for owner in ("ada", "bob")]
    for run in runs:
        run_queue.enqueue(run)
    with OtherServer("advance") as first:
        assert first.says() == "inside"
        with OtherServer("advance") as second:
            assert second.says() == "waiting"
            first.go_on()
            assert first.says() == "done"
            assert second.says() == "inside"
            second.go_on()
            assert second.says() == "done"
            assert [run.alive() for run in runs] == [True, False]
            assert [run.status() for run in runs] == ["preparing", "waiting"]
