"""Learning curves from events worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.insight.history import captions
from core.insight.history.figures import average, learning_curve
from core.insight.history.learning_curves import curves
from core.insight.plot_style import BASELINE_NAME, MARK_NAME, MOST_POINTS, TRAINING, VALIDATION
from core.training.events import Baseline, BatchEnd, Changed, EpochEnd, Event, Prepared, Preparing, Resumed

PREPARED = Prepared(
    training_rows=800,
    validation_rows=100,
    test_rows=100,
    categories=10,
    words=500,
    majority=0.25,
    parameters=9_000,
    seconds=2.0,
)


def batch(
    epoch: int,
    step: int,
    *,
    steps: int = 4,
    accuracy: float = 0.5,
    loss: float = 2.0,
    validation: float | None = None,
) -> BatchEnd:
    return BatchEnd(
        epoch=epoch,
        step=step,
        steps=steps,
        rows=((epoch - 1) * steps + step) * 100,
        loss=loss,
        accuracy=accuracy,
        validation_loss=None if validation is None else 2.5,
        validation_accuracy=validation,
        rows_per_second=1000,
        seconds=3.0,
    )


def epoch(number: int, *, accuracy: float = 0.6, loss: float = 1.5) -> EpochEnd:
    return EpochEnd(
        epoch=number,
        rows=number * 400,
        loss=1.0,
        accuracy=0.7,
        validation_loss=loss,
        validation_accuracy=accuracy,
        best=True,
        learning_rate=0.001,
        seconds=4.0,
    )


def test_batches_and_epochs_stand_on_one_axis() -> None:
    so_far = curves(
        [Preparing(stage="cleaning", share=0, seconds=0), PREPARED, batch(1, 2, validation=0.4), epoch(1)]
    )
    assert so_far.training["accuracy"] == [(0.5, 0.5)]
    assert so_far.validation["accuracy"] == [(0.5, 0.4)]
    assert so_far.whole["accuracy"] == [(1, 0.6)]
    assert so_far.majority == 0.25
    assert curves([batch(3, 1)]).training["loss"] == [(2.25, 2.0)]


def test_a_batch_that_measured_no_validation_adds_no_validation_point() -> None:
    assert curves([batch(1, 1)]).validation["loss"] == []


def test_what_a_resumed_run_does_again_replaces_what_it_had_lost() -> None:
    lost: list[Event] = [batch(1, 4), batch(2, 1), batch(2, 2), batch(2, 3)]
    again: list[Event] = [Resumed(epoch=2, step=1, seconds=9.0), batch(2, 2, accuracy=0.9)]
    assert curves(lost + again).training["accuracy"] == [(1.0, 0.5), (1.25, 0.5), (1.5, 0.9)]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=2000), st.integers(1, 300))
def test_average_keeps_bounds_order_and_number(values: list[float], most: int) -> None:
    points = list(enumerate(values))
    averaged = average(points, most)
    assert len(averaged) == min(len(points), most)
    assert [x for x, _ in averaged] == sorted(x for x, _ in averaged)
    assert (
        min(values) - 1e-9 <= min(y for _, y in averaged) <= max(y for _, y in averaged) <= max(values) + 1e-9
    )


def test_average_of_equal_groups_keeps_the_mean() -> None:
    assert average([(0, 1.0), (1, 3.0), (2, 5.0), (3, 9.0)], 2) == [(0.5, 2.0), (2.5, 7.0)]


def test_a_long_run_draws_at_most_500_points() -> None:
    events: list[Event] = [
        PREPARED,
        *(batch(e, s, steps=100, validation=0.5) for e in range(1, 51) for s in range(1, 101)),
    ]
    figure = learning_curve(curves(events), "accuracy", epochs=50)
    assert sum(len(trace.x) for trace in figure.data) <= MOST_POINTS
    assert figure.data[0].x[0] < 0.3
    assert figure.data[0].x[-1] > 49.7


def test_training_is_solid_and_validation_dashed_in_hues_of_their_own() -> None:
    figure = learning_curve(
        curves([PREPARED, batch(1, 1, validation=0.3), batch(1, 2)]), "accuracy", epochs=2
    )
    training, validation = figure.data
    assert (training.line.color, training.line.dash) == (TRAINING, "solid")
    assert (validation.line.color, validation.line.dash) == (VALIDATION, "dash")
    assert TRAINING != VALIDATION


def test_the_majority_line_carries_its_name_and_accuracy_runs_from_0_to_1() -> None:
    figure = learning_curve(curves([PREPARED]), "accuracy", epochs=2)
    assert [shape.y0 for shape in figure.layout.shapes] == [0.25]
    (named,) = [note for note in figure.layout.annotations if note.name == BASELINE_NAME]
    assert named.text == "always the largest category: 25.0 %"
    assert figure.layout.yaxis.range == (0, 1)


@pytest.mark.parametrize(("majority", "side"), [(0.25, "top"), (0.04, "bottom")])
def test_the_majority_lines_name_ends_with_the_last_epoch_below_the_line_where_there_is_room(
    majority: float, side: str
) -> None:
    figure = learning_curve(curves([replace(PREPARED, majority=majority)]), "accuracy", epochs=2)
    (named,) = [note for note in figure.layout.annotations if note.name == BASELINE_NAME]
    assert (named.x, named.xanchor, named.yanchor) == (2, "right", side)
    assert figure.layout.xaxis.range == (0, 2)
    assert figure.layout.margin.r >= 60  # the curves' own names stand beyond


LINEAR = Baseline(
    name="linear", validation_accuracy=0.632, test_accuracy=0.638, test_macro_f1=0.5, seconds=70.0
)


def test_the_linear_models_line_is_its_validation_accuracy_and_named() -> None:
    events: list[Event] = [replace(LINEAR, name="majority", validation_accuracy=0.24), LINEAR, PREPARED]
    figure = learning_curve(curves(events), "accuracy", epochs=2)
    assert [shape.y0 for shape in figure.layout.shapes] == [0.25, 0.632]
    _, named = [note for note in figure.layout.annotations if note.name == BASELINE_NAME]
    assert named.text == "a linear model: 63.2 %"
    assert (named.x, named.xanchor, named.yanchor) == (2, "right", "top")
    assert not learning_curve(curves(events), "loss", epochs=2).layout.shapes


@pytest.mark.parametrize(("guess", "side"), [(0.7, "bottom"), (0.0, "bottom"), (0.86, "top"), (1.0, "top")])
def test_a_guess_is_a_line_named_at_its_beginning_above_it_where_there_is_room(
    guess: float, side: str
) -> None:
    so_far = curves([LINEAR, PREPARED, batch(1, 2, validation=0.4)])
    figure = learning_curve(so_far, "accuracy", epochs=2, guess=guess)
    assert [shape.y0 for shape in figure.layout.shapes] == [0.25, 0.632, guess]
    *_, named = [note for note in figure.layout.annotations if note.name == BASELINE_NAME]
    assert named.text == f"your guess: {100 * guess:.1f} %"
    assert (named.x, named.y, named.xanchor, named.yanchor) == (0, guess, "left", side)
    assert not learning_curve(so_far, "loss", epochs=2, guess=guess).layout.shapes


def test_a_linear_model_told_before_the_run_was_resumed_keeps_its_line() -> None:
    resumed: list[Event] = [LINEAR, PREPARED, PREPARED, Resumed(epoch=1, step=1, seconds=9.0)]
    assert curves(resumed).linear == 0.632
    assert curves([PREPARED]).linear is None


@pytest.mark.parametrize(
    ("highest", "step"), [(4.0, 1.0), (0.4, 0.1), (2.4, 0.5), (3.7, 1.0), (9.9, 2.0), (0.0, 1.0)]
)
def test_the_loss_axis_has_round_steps_and_room_for_every_point(highest: float, step: float) -> None:
    figure = learning_curve(
        curves([batch(1, 1, loss=highest), batch(1, 2, loss=highest / 2)]), "loss", epochs=1
    )
    assert figure.layout.yaxis.dtick == pytest.approx(step)
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] > highest


def test_the_title_says_the_finding() -> None:
    assert captions.learning_curve_title(
        curves([PREPARED, batch(1, 2, validation=0.4), epoch(1, accuracy=0.612)]), "accuracy"
    ) == ("Unseen articles: 61.2 % right after 1 epoch")
    overfit = curves([batch(1, 4), epoch(1, loss=1.2), batch(2, 4, loss=0.5), epoch(2, loss=1.6)])
    assert captions.learning_curve_title(overfit, "loss") == "Loss rises since epoch 1: learning by heart"


def test_charts_have_one_height_with_and_without_points() -> None:
    empty = learning_curve(curves([]), "loss", epochs=3)
    full = learning_curve(curves([PREPARED, batch(1, 1), epoch(1)]), "loss", epochs=3)
    assert empty.layout.height == full.layout.height


def test_another_learning_rate_is_marked_once_where_it_begins() -> None:
    def changed(rate: float, epochs: int) -> Changed:
        before = 0.001 if epochs == 2 else 0.0005
        return Changed(learning_rate=rate, rate_before=before, epochs=epochs, epoch=1, step=2, seconds=9.0)

    events: list[Event] = [
        batch(1, 2, accuracy=0.5),
        Resumed(epoch=1, step=2, seconds=8.0),
        changed(0.0005, 2),
    ]
    so_far = curves([*events, changed(0.0005, 4), batch(1, 3, accuracy=0.6)])
    assert len(so_far.changes) == 1
    ((at, rate),) = so_far.changes
    assert rate == 0.0005
    assert at == so_far.training["accuracy"][0][0]
    figure = learning_curve(so_far, "accuracy", epochs=2)
    assert [shape.x0 for shape in figure.layout.shapes if shape.name == MARK_NAME] == [at]
    assert [note.text for note in figure.layout.annotations if note.name == MARK_NAME] == [
        "learning rate 0.0005"
    ]
