import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rnn.events import (
    Baseline,
    BatchEnd,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
    Resumed,
    Scores,
    Scoring,
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
    assert to_json(Paused(epoch=2, step=3, seconds=1.5)) == {
        "event": "Paused",
        "epoch": 2,
        "step": 3,
        "seconds": 1.5,
    }


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert from_json({"event": "Failed", "reason": "r", "seconds": 1.0, "colour": "red"}) == Failed(
        reason="r", seconds=1.0
    )


@pytest.mark.parametrize(
    "record", [{}, {"event": "Party"}, {"event": "Paused", "epoch": 1}, {"event": "Finished", "test": {}}]
)
def test_what_is_no_event_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"event must be|Paused|Finished"):
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
