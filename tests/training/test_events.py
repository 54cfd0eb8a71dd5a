import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.model.scores import Scores
from core.training.events import (
    Baseline,
    BatchEnd,
    Changed,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
    Resumed,
    Scoring,
    drop_replayed_events,
    from_json,
    to_json,
)

EVENTS = st.one_of(
    *(
        st.from_type(kind)
        for kind in (
            Baseline,
            BatchEnd,
            EpochEnd,
            Failed,
            Finished,
            Paused,
            Prepared,
            Preparing,
            Resumed,
            Scoring,
        )
    )
)


@given(EVENTS.filter(lambda event: "nan" not in repr(event) and "inf" not in repr(event)))
def test_events_survive_json(event: Event) -> None:
    assert from_json(json.loads(json.dumps(to_json(event)))) == event


def test_the_record_names_its_event() -> None:
    record = {"event": "Paused", "epoch": 2, "step": 3, "seconds": 1.5}
    assert to_json(Paused(epoch=2, step=3, seconds=1.5)) == record  # as version 0.2.0 wrote it
    preempted = Paused(epoch=2, step=3, seconds=1.5, preempted=True)
    assert to_json(preempted) == record | {"preempted": True}
    assert from_json({"event": "Paused", "epoch": 2, "step": 3, "seconds": 1.5}) == Paused(
        epoch=2, step=3, seconds=1.5
    )  # as version 0.2.0 wrote it


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert from_json({"event": "Failed", "reason": "r", "seconds": 1.0, "colour": "red"}) == Failed(
        reason="r", seconds=1.0
    )


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "missing required field `event`"),
        ({"event": "Party"}, "Invalid value 'Party'"),
        ({"event": "Paused", "epoch": 1}, "missing required field `step`"),
        ({"event": "Paused", "epoch": 1, "step": "two", "seconds": 1.0}, "Expected `int`, got `str`"),
        ({"event": "Finished", "ending": "bored"}, "Invalid enum value 'bored'"),
        (["Paused"], "Expected `object`, got `array`"),
    ],
)
def test_what_is_no_event_is_refused(record: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        from_json(record)


def test_scores_come_back_as_scores() -> None:
    scores = Scores(rows=1, accuracy=1.0, top3_accuracy=1.0, macro_f1=1.0, loss=0.0, majority=1.0)
    event = Finished(
        ending="epochs",
        epochs=1,
        best_epoch=1,
        validation_loss=0.0,
        validation_accuracy=1.0,
        test=scores,
        seconds=1.0,
    )
    record = json.loads(json.dumps(to_json(event)))
    record["test"]["colour"] = "red"  # of a later version
    back = from_json(record)
    assert isinstance(back, Finished)
    assert back.test == scores


def _point(epoch: int, step: int) -> BatchEnd:
    return BatchEnd(
        epoch=epoch, step=step, steps=4, rows=32 * (4 * (epoch - 1) + step), loss=1.0, accuracy=0.5,
        validation_loss=1.0, validation_accuracy=0.5, rows_per_second=1.0, seconds=float(4 * epoch + step),
    )  # fmt: skip


def _end(epoch: int) -> EpochEnd:
    return EpochEnd(
        epoch=epoch, rows=128 * epoch, loss=1.0, accuracy=0.5, validation_loss=1.0, validation_accuracy=0.5,
        best=True, learning_rate=0.1, seconds=9.0,
    )  # fmt: skip


PREPARED = Prepared(
    training_rows=9,
    validation_rows=9,
    test_rows=9,
    categories=2,
    words=5,
    majority=0.5,
    parameters=7,
    seconds=1.0,
)
READING = Preparing(stage="reading", share=0.0, seconds=0.1)


def test_told_once_drops_what_a_resumed_run_did_again() -> None:
    resumed = Resumed(epoch=1, step=2, seconds=9.0)
    lost: list[Event] = [READING, PREPARED, _point(1, 2), _point(1, 4), _end(1)]
    again: list[Event] = [READING, PREPARED, resumed, _point(1, 4), _end(1), _point(2, 2)]
    assert drop_replayed_events([*lost, *again]) == [READING, PREPARED, _point(1, 2), resumed, *again[3:]]


def test_told_once_begins_anew_where_there_was_no_checkpoint() -> None:
    lost: list[Event] = [READING, PREPARED, _point(1, 2), _point(1, 4), _end(1)]
    again: list[Event] = [READING, PREPARED, _point(1, 3), _end(1), _point(2, 2)]
    assert drop_replayed_events([*lost, *again]) == [READING, PREPARED, *again[2:]]
    assert drop_replayed_events([*lost, READING, PREPARED]) == lost  # it has not told anything yet


def test_told_once_keeps_one_of_a_change_that_was_told_and_not_saved() -> None:
    changed = Changed(learning_rate=0.1, rate_before=0.2, epochs=3, epoch=1, step=2, seconds=5.0)
    resumed = Resumed(epoch=1, step=2, seconds=9.0)
    events: list[Event] = [
        PREPARED,
        _point(1, 2),
        resumed,
        changed,
        PREPARED,
        resumed,
        replace(changed, seconds=7.0),
    ]
    assert [event for event in drop_replayed_events(events) if isinstance(event, Changed)] == [changed]
