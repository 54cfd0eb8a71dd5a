"""What is said of a race: figures of the events by hand, differences within chance called so."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from core.insight.memory_race import captions
from core.insight.memory_race.results import Result, compare, relative_spread, result
from core.model.scores import Scores
from core.settings.memory_race import equal_budget_settings
from core.settings.network import Cell
from core.training.events import Event, Finished, Prepared, Resumed, Scoring
from tests.insight.history.test_figures import PREPARED, batch, epoch

SETTINGS = {one.network.cell: one for one in equal_budget_settings(units=64, epochs=2)}


def breaking(verdict: captions.Verdict) -> captions.Verdict:
    """The same with spaces that break."""
    return captions.Verdict(
        title=verdict.title.replace("\u00a0", " "), text=verdict.text.replace("\u00a0", " ")
    )


def verdict(*given: Any) -> captions.Verdict:
    return breaking(captions.verdict(compare(*given)))


def so_far(*given: Any) -> captions.Verdict:
    return breaking(captions.interim_verdict(*given))


def scores(accuracy: float, rows: int = 1000) -> Scores:
    return Scores(rows=rows, accuracy=accuracy, top3_accuracy=1, macro_f1=0.5, loss=1, majority=0.25)


def finished(accuracy: float) -> Finished:
    return Finished(
        ending="epochs", epochs=2, best_epoch=2, validation_loss=1.4, validation_accuracy=0.66,
        test=scores(accuracy), seconds=30.0,
    )  # fmt: skip


def ended(cell: Cell, accuracy: float) -> Result:
    events: list[Event] = [PREPARED, epoch(1), epoch(2), Scoring(rows=1000, seconds=9.0), finished(accuracy)]
    return result(SETTINGS[cell], events, words=10)


def test_figures_of_the_events() -> None:
    events: list[Event] = [
        PREPARED,  # after 2 s, 9,000 parameters, 10 categories
        batch(1, 2, validation=0.4),
        epoch(1, accuracy=0.6),
        batch(2, 2, validation=0.5),
        epoch(2, accuracy=0.65),
        Scoring(rows=1000, seconds=9.0),
        finished(0.62),
    ]
    found = result(SETTINGS["GRU"], events, words=10)
    assert (found.cell, found.units, found.layer_parameters, found.parameters) == ("GRU", 64, 24_960, 9_000)
    assert found.multiply_adds == 10 * 3 * 64 * 128 + 64 * 10
    assert (found.validation, found.test, found.seconds, found.rate) == (0.66, scores(0.62), 7.0, 1000)
    # Within an epoch only in the first, then over the whole part.
    assert found.curve == [(0.5, 0.4), (1, 0.6), (2, 0.65)]
    before = result(SETTINGS["GRU"], events[:3])
    assert (before.validation, before.test, before.seconds, before.multiply_adds) == (0.6, None, None, None)
    fresh = result(SETTINGS["LSTM"], [])
    assert (fresh.parameters, fresh.validation, fresh.rate, fresh.curve) == (None, None, None, [])


def test_the_first_report_has_the_building_of_the_graph_in_it() -> None:
    rates = [10.0, 100.0, 300.0, 200.0]
    events: list[Event] = [
        replace(batch(1, 1 + place), rows_per_second=rate) for place, rate in enumerate(rates)
    ]
    assert result(SETTINGS["GRU"], events).rate == 200
    assert result(SETTINGS["GRU"], events[:1]).rate == 10


def prepared(seconds: float) -> Prepared:
    return replace(PREPARED, seconds=seconds)


def going_on(epoch: int, step: int) -> Resumed:
    return Resumed(epoch=epoch, step=step, seconds=0.0)


@pytest.mark.parametrize(
    ("events", "learning"),
    [
        ([prepared(2)], 28.0),
        ([prepared(2), prepared(3), going_on(2, 4)], 25.0),  # both got ready, on one clock
        ([prepared(2), prepared(3)], 27.0),  # without a checkpoint the clock began anew
        # The second left no checkpoint, so the third went on from the first's, and from its clock.
        ([prepared(2), prepared(3), going_on(2, 4), prepared(5), going_on(2, 4)], 23.0),
        ([prepared(2), prepared(3), going_on(2, 4), prepared(5), going_on(2, 5)], 20.0),
    ],
)
def test_getting_ready_is_no_learning_however_often_it_was_done(events: list[Event], learning: float) -> None:
    assert result(SETTINGS["GRU"], [*events, Scoring(rows=1000, seconds=30.0)]).seconds == learning


def right(accuracy: float, *, also: np.ndarray | None = None, rows: int = 1000) -> np.ndarray:
    """So many right answers; ``also``: those of another, of which as many as can be are right here too."""
    found = np.zeros(rows, bool)
    first = np.argsort(~also, kind="stable") if also is not None else np.arange(rows)
    found[first[: round(accuracy * rows)]] = True
    return found


def test_who_is_ahead_beyond_chance() -> None:
    best = right(0.63)
    told = verdict(
        [ended("SimpleRNN", 0.5), ended("LSTM", 0.63)],
        {"SimpleRNN": right(0.5, also=best), "LSTM": best},
    )
    assert told.title == "LSTM is ahead on the test articles: 63.0 %"
    # 130 articles turn one way, none the other: Agresti and Min's interval is (130.5 - 0.5) / 1002 and around it.
    middle = 130 / 1002
    half = 1.959964 * np.sqrt(131 - 130**2 / 1002) / 1002
    assert f"SimpleRNN (50.0 %) by 13.0 points (95 % interval {100 * (middle - half):+.1f} to " in told.text
    assert told.text.endswith("Always naming the largest category is right for 25.0 %.")
    assert "level" not in told.text
    assert "This is one seed. A different random start may change the ranking" in told.text


def test_what_chance_may_have_done_is_no_lead() -> None:
    some: dict[Cell, np.ndarray] = {
        "LSTM": right(0.63),
        "GRU": right(0.625, also=~right(0.3)),
        "SimpleRNN": right(0.4),
    }
    standings = [ended(cell, float(one.mean())) for cell, one in some.items()]
    told = verdict(standings, some)
    assert told.title == "LSTM and GRU are level; SimpleRNN is behind"
    comparison = compare(standings, some)
    assert comparison.order == ("LSTM", "GRU", "SimpleRNN")
    assert comparison.accuracies == {"LSTM": 0.63, "GRU": 0.625, "SimpleRNN": 0.4}
    assert (comparison.level, list(comparison.behind), comparison.stopped) == (("GRU",), ["SimpleRNN"], ())
    assert (comparison.articles, comparison.majority) == (1000, 0.25)
    assert "GRU (62.5 %) is close enough that the difference could be luck." in told.text
    del some["SimpleRNN"]
    assert verdict(standings, some).title == "No cell is clearly ahead: 62.5 % to 63.0 %"


def test_one_that_was_stopped_has_learnt_less_and_is_not_compared() -> None:
    events: list[Event] = [
        PREPARED,
        epoch(1),
        Scoring(rows=1000, seconds=9.0),
        replace(finished(0.3), ending="stopped"),
    ]
    early = result(SETTINGS["GRU"], events)
    some = {"SimpleRNN": right(0.5), "LSTM": right(0.63), "GRU": right(0.3)}
    whole = [ended("SimpleRNN", 0.5), ended("LSTM", 0.63)]
    told = verdict([*whole, early], some)
    assert told.title == verdict(whole, some).title == "LSTM is ahead on the test articles: 63.0 %"
    assert told.text.endswith("GRU was stopped before its last epoch (30.0 %), so it is not compared.")
    assert "GRU" not in verdict(whole, some).text
    assert verdict([early], some) == captions.Verdict(
        title="No cell has finished",
        text="None of the runs has finished. GRU was stopped before its last epoch (30.0 %), so it is not compared.",
    )


def test_of_one_that_finished_alone_and_of_none() -> None:
    told = verdict([ended("GRU", 0.6), result(SETTINGS["LSTM"], [])], {"GRU": right(0.6)})
    assert told.title == "GRU alone has finished: 60.0 %"
    assert told.text == (
        "GRU is right for 60.0 % of 1,000 test articles. No other cell has finished. Always naming the largest "
        "category is right for 25.0 %."
    )
    assert verdict([result(SETTINGS["LSTM"], [])], {}).title == "No cell has finished"


def test_while_it_runs_nobody_is_called_ahead() -> None:
    waiting = [result(one, []) for one in SETTINGS.values()]
    assert so_far(waiting, []).title == "The first cell waits for its turn"
    assert so_far([ended("SimpleRNN", 0.5), *waiting[1:]], []).title == "The next cell waits for its turn"
    assert so_far(waiting, ["SimpleRNN"]).title == "SimpleRNN gets ready"
    learning = result(SETTINGS["LSTM"], [PREPARED, batch(1, 2, validation=0.4)])
    told = so_far([ended("SimpleRNN", 0.5), learning, *waiting[2:]], ["LSTM"])
    assert told.title == "LSTM learns: 40.0 % of unseen headlines right so far"
    assert told.text == "Test accuracy so far: SimpleRNN 50.0 %. You will see at the end which cell is ahead."


def test_apart() -> None:
    assert relative_spread([100, 105, 102]) == pytest.approx(0.05)
    assert relative_spread([7]) == 0
