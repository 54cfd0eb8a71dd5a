"""In which order runs of several addresses begin, and how many of one address and in all may wait."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from core import paths
from core.errors import RunError
from core.runs import memory_race, queue_limits, run_queue, scheduler, start
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile
from core.settings.memory_race import equal_budget_settings
from core.settings.presets import PRESETS
from core.settings.training import RunOverrides
from core.training.events import Paused
from pages import starting_runs
from pages.session import Session
from tests.present import present
from tests.runs.queued_runs import interrupt

SCHOOL, HOME, ELSEWHERE = "5" * 32, "4" * 32, "e" * 32


@pytest.fixture
def store() -> RunStore:
    return RunStore(paths.runs())


@pytest.fixture(autouse=True)
def nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs wait in the queue, and no worker is started."""
    monkeypatch.setattr(scheduler, "advance", lambda store, **how: None)


def created(store: RunStore, address: str, articles: int = 1000) -> Run:
    """A run of a visitor whom nobody has seen before, as of one who has dropped the cookie."""
    return store.create(
        PRESETS["quick"],
        news=Path("n.json"),
        news_name="n.json",
        fingerprint="f" * 64,
        owner=os.urandom(8).hex(),
        articles=articles,
        address=address,
    )


def queued(store: RunStore, address: str, count: int) -> list[Run]:
    runs = [created(store, address) for _ in range(count)]
    for run in runs:
        run_queue.enqueue(run)
    return runs


def order(store: RunStore) -> list[Run]:
    return list(run_queue.read_queue(store).waiting)


def serve(store: RunStore, count: int = 1) -> list[Run]:
    """Take the first runs out of the queue, as if they had begun."""
    served = []
    for _ in range(count):
        served.append(order(store)[0])
        served[-1].unqueue()
    return served


def ahead(store: RunStore, run: Run, others: Iterable[Run]) -> int:
    """How many of the others go before the run."""
    waiting = order(store)
    return sum(waiting.index(other) < waiting.index(run) for other in others if other in waiting)


# --- The order ---


def test_a_class_alone_is_served_as_it_came(store: RunStore) -> None:
    runs = queued(store, SCHOOL, 30)
    assert order(store) == runs
    assert serve(store, 30) == runs


def test_a_few_from_each_of_many_addresses_are_served_as_they_came(store: RunStore) -> None:
    runs = [queued(store, address, 1)[0] for address in (SCHOOL, HOME, ELSEWHERE, "") * 9]
    assert order(store) == runs


def test_one_visitor_waits_behind_ten_of_a_class_that_came_before(store: RunStore) -> None:
    """And behind those of the round that is being served: here one."""
    school = queued(store, SCHOOL, 60)
    (home,) = queued(store, HOME, 1)
    assert ahead(store, home, school) == 11


@pytest.mark.parametrize("served", [0, 7, 14, 49])
def test_whenever_a_visitor_comes_at_most_twenty_of_another_address_go_before(
    store: RunStore, served: int
) -> None:
    school = queued(store, SCHOOL, 60)
    serve(store, served)
    (home,) = queued(store, HOME, 1)
    assert ahead(store, home, school) <= min(20, 60 - served)
    later = queued(store, SCHOOL, 30)
    assert ahead(store, home, later) == 0


def test_newcomers_of_ever_new_addresses_keep_nobody_out(store: RunStore) -> None:
    """For each run that is served another comes; the class has had all its turns after as many rounds as it has."""
    school = queued(store, SCHOOL, 30)
    served: list[Run] = []
    for number in range(100):
        queued(store, f"{number:032x}", 1)
        served += serve(store)
    assert set(school) <= set(served)


def test_preempted_runs_of_one_address_are_as_many_a_round(store: RunStore) -> None:
    school = queued(store, SCHOOL, 30)
    for run in school:
        run.claim(os.getpid())
        run.append(Paused(epoch=1, step=1, seconds=1.0, preempted=True))
        run_queue.requeue_preempted(run)
    assert order(store) == school
    (home,) = queued(store, HOME, 1)
    assert ahead(store, home, school) <= 20


def test_who_was_preempted_goes_behind_all_who_wait(store: RunStore) -> None:
    school = queued(store, SCHOOL, 30)
    home = created(store, HOME)
    home.claim(os.getpid())
    home.append(Paused(epoch=1, step=1, seconds=1.0, preempted=True))
    run_queue.requeue_preempted(home)
    assert order(store) == [*school, home]


def test_a_suspended_command_line_holds_up_no_round(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    suspended = created(store, "")
    run_queue.enqueue_here(suspended)
    queued(store, SCHOOL, 25)
    assert [present(run.queue_entry()).round_number for run in order(store)] == [0] + [1] * 10 + [2] * 10 + [
        3
    ] * 5
    monkeypatch.setattr("core.runs.lease.is_suspended", lambda pid: pid == os.getpid())
    serve(store)
    run_queue.enqueue_here(suspended)
    serve(store, 12)
    (home,) = queued(store, HOME, 1)
    assert present(home.queue_entry()).round_number == 3


def test_an_entry_of_an_earlier_version_is_in_the_first_round(store: RunStore) -> None:
    run = created(store, HOME)
    (run.folder / "queued.json").write_text(
        '{"since": 7, "crashes": 0, "pid": null, "started": -1.0, "plan": null}'
    )
    later = queued(store, SCHOOL, 1)
    assert order(store) == [run, *later]
    assert present(run.queue_entry()).round_number == 0


# --- The limits ---


def test_an_address_fills_its_part_of_the_queue_and_leaves_the_others_theirs(store: RunStore) -> None:
    queued(store, SCHOOL, queue_limits.ADDRESS_RUNS)
    refused = created(store, SCHOOL)
    with pytest.raises(RunError, match="The queue is full: 120 runs from your network are waiting"):
        run_queue.enqueue(refused)
    assert refused.queue_entry() is None
    queued(store, HOME, 1)
    serve(store)
    run_queue.enqueue(refused)
    assert refused.status() == "waiting"


def test_the_queue_has_an_end(store: RunStore) -> None:
    for number in range(queue_limits.TOTAL_RUNS):
        created(store, f"{number:032x}").queue(number)
    with pytest.raises(RunError, match=r"^The queue is full: 300 runs are waiting"):
        queued(store, HOME, 1)
    run_queue.enqueue_here(created(store, ""))  # whoever works on this machine comes in


@pytest.mark.long
def test_a_class_of_sixty_trains_and_one_of_thirty_races(store: RunStore, small_news: Path) -> None:
    news = TrainingFile(path=small_news, name="n.json", fingerprint="f" * 64, articles=200_000, categories=40)
    article = PRESETS["article"]
    assert article.training.epochs == 10
    for number in range(60):
        start.start(store, f"a{number}", article, news, address=SCHOOL)
    for number in range(30):
        memory_race.start_race(store, f"b{number}", equal_budget_settings(), news, address=HOME)
    assert len(store.open_runs()) == 60 + 30 * 4
    with pytest.raises(RunError, match="120 runs from your network"):
        memory_race.start_race(store, "c", equal_budget_settings(), news, address=HOME)
    assert store.of_owner("c") == []  # none of the four stays


def test_what_an_address_asks_for_is_limited_but_one_run_may_wait_alone(store: RunStore) -> None:
    """The two epochs of "quick"."""
    large = created(store, HOME, articles=150_000_001)
    run_queue.enqueue(large)
    assert queue_limits.asked_articles(large) == 300_000_002
    with pytest.raises(
        RunError, match=r"^The 1 run from your network that waits .* fewer epochs or articles"
    ):
        queued(store, HOME, 1)
    queued(store, ELSEWHERE, 1)
    serve(store, 2)
    queued(store, HOME, 1)


def test_all_together_ask_for_no_more_than_three_addresses(store: RunStore) -> None:
    for number in range(3):
        run_queue.enqueue(created(store, f"{number:032x}", articles=150_000_000))
    with pytest.raises(RunError, match=r"^The 3 runs that wait for a turn already ask for the most training"):
        queued(store, HOME, 1)


def test_a_sample_and_more_epochs_count(store: RunStore) -> None:
    run = created(store, HOME, articles=5000)
    assert queue_limits.asked_articles(run) == 2 * 5000
    run.checkpoints.write([], best={}, progress={})
    interrupt(run)
    scheduler.continue_run(run, RunOverrides(epochs=9))
    assert queue_limits.asked_articles(run) == 9 * 5000
    sampled = PRESETS["quick"].with_setting("articles", "300")
    other = store.create(
        sampled, news=Path("n"), news_name="n", fingerprint="f" * 64, owner="o", articles=5000
    )
    assert queue_limits.asked_articles(other) == 2 * 300


def test_more_epochs_are_limited_by_what_is_asked_now(store: RunStore) -> None:
    """Not by what the run had asked for before."""
    run = created(store, HOME, articles=5000)
    run.checkpoints.write([], best={}, progress={})
    interrupt(run)
    run_queue.enqueue(created(store, HOME, articles=149_900_000))
    with pytest.raises(RunError, match="Choose fewer epochs"):
        scheduler.continue_run(run, RunOverrides(epochs=100))
    scheduler.continue_run(run, RunOverrides(epochs=9))
    assert run.status() == "waiting"


def test_a_damaged_run_that_waits_keeps_nobody_out(store: RunStore) -> None:
    (damaged,) = queued(store, SCHOOL, 1)
    (damaged.folder / "plan.json").write_text("{")
    (other,) = queued(store, HOME, 1)
    assert other.status() == "waiting"
    assert queue_limits.asked_articles(damaged) == 2 * 1000


def test_going_on_is_limited_too(store: RunStore) -> None:
    """Else runs that were paused one by one could all be put into the queue at once."""
    paused = created(store, SCHOOL)
    paused.checkpoints.write([], best={}, progress={})
    interrupt(paused)
    queued(store, SCHOOL, queue_limits.ADDRESS_RUNS)
    with pytest.raises(RunError, match="from your network"):
        scheduler.start(paused)
    with pytest.raises(RunError, match="from your network"):
        scheduler.continue_run(paused, RunOverrides(learning_rate=0.001))
    assert paused.status() == "interrupted"


def test_a_visitor_s_runs_carry_the_address(small_news: Path) -> None:
    session = Session("ada", None, SCHOOL)
    session._file = paths.visitors() / "ada.json"
    session.choose_news(small_news, small_news.name)
    run = starting_runs.start(session)
    assert (run.address, run.articles) == (SCHOOL, 300)
    assert RunStore(paths.runs()).open(run.id).address == SCHOOL  # what another process reads
    run_queue.cancel(run)
    again = starting_runs.start_again(session, run, PRESETS["quick"])
    assert again.address == SCHOOL
    run_queue.cancel(again)
    assert {each.address for each in starting_runs.start_race(session, equal_budget_settings()).runs} == {
        SCHOOL
    }
