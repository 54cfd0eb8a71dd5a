"""Each cell's layer, forward and backward: ours against the stock Keras layer, and against what the machine can do.

``python -m benchmarks.cells [--batches 128 512] [--units 64] [--inputs 64] [--steps 32] [--rounds 15] [--json]``.
A batch in which every row has all its words, one direction, the state after every word; then the gradients of inputs
and weights for a given gradient of the states, under ``tf.function`` with a ``GradientTape``. Each side has its inputs
in the order that its layer takes: ours the words first, Keras's the batch first. minGRU has no stock partner.

- ``ours``: the layer of ``core/model/recurrent_layer.py`` in a process whose TensorFlow is set as a run's
worker sets it;
- ``stock``: ``keras.layers`` in a process whose TensorFlow is set as it comes.

The two processes live side by side and take turns, so a neighbour's load falls on both; the one whose turn it is not
sleeps, and its first steps after waking do not count: a run that trains does not sleep. ``ratio`` is ours over stock,
of the medians of all steps; ``fastest_ratio`` of the fastest ones, which a neighbour disturbs least. The differences
are the largest there are: of the outputs as they stand, of each gradient relative to its own largest number.

The machine's peak is NumPy's float32 product of two matrices of 2048 rows on all cores, measured after every third
round; a layer's share is of the median of those between its own rounds. It counts 2 * 3 * batch * steps * gates *
units * (inputs + units) operations (minGRU: inputs alone): a product and a sum for each weight, once forward and twice
backward. What the gates do besides is not counted.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.watched import as_worker
from core.paths import ROOT
from core.settings.network import CELLS, GATES

STEPS_A_TURN, WARM_UP = 40, 20
PEAK_ROWS = 2048


def case(cell: str, *, batch: int, steps: int, inputs: int, units: int) -> list[np.ndarray]:
    """Inputs (batch, steps, inputs), what the output's gradient is (batch, steps, units), then the weights."""
    random = np.random.default_rng(1)
    wide = GATES[cell] * units
    shapes = [(inputs, wide), (units, wide), (2, wide) if cell == "GRU" else (wide,)]
    if cell == "minGRU":
        del shapes[1]
    weights = [random.normal(size=shape) / np.sqrt(units) for shape in shapes]
    x, d_answer = random.normal(size=(batch, steps, inputs)), random.normal(size=(batch, steps, units))
    return [array.astype(np.float32) for array in (x, d_answer, *weights)]


def step_of(side: str, asked: dict[str, Any]) -> Callable[[], list[Any]]:
    """One step of a side's layer: the output and the gradients of inputs and weights."""
    import keras
    import tensorflow as tf

    cell, units = asked["cell"], asked["units"]
    x, d_answer, *weights = case(**asked)
    if side == "ours":
        from core.model.recurrent_layer import Recurrent

        layer = Recurrent(
            cell, units, bidirectional=False, output="states", dropout=0.0, recurrent_dropout=0.0
        )
        x, d_answer = _turned(x), _turned(d_answer)
        rest = [tf.fill([asked["batch"]], asked["steps"])]
    else:
        layer = getattr(keras.layers, cell)(units, return_sequences=True)
        rest = []
    # Tensors both: an array would be copied into one at every step.
    given, d_answer = (tf.constant(x), *rest), tf.constant(d_answer)
    layer(*given)  # makes the weights
    for variable, weight in zip(layer.trainable_variables, weights, strict=True):
        variable.assign(weight)
    variables = [variable.value for variable in layer.trainable_variables]

    @tf.function
    def step(*given: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(given[0])
            answer = layer(*given, training=True)  # (steps, batch, units) or (batch, steps, units)
        return [answer, *tape.gradient(answer, [given[0], *variables], output_gradients=d_answer)]

    return lambda: step(*given)


def _turned(array: Any) -> Any:
    """Batch and words exchanged."""
    return np.ascontiguousarray(np.swapaxes(array, 0, 1))


def serve(side: str) -> None:
    """A side's process: a case a line of standard input, or a number of steps to do and time."""
    if side == "ours":
        as_worker()
    step = None
    for line in sys.stdin:
        asked = json.loads(line)
        if "cell" in asked:
            answers = asked.pop("answers")
            step = step_of(side, asked)
            states, d_x, *others = (value.numpy() for value in step())
            if side == "ours":
                states, d_x = _turned(states), _turned(d_x)
            np.savez(answers, states, d_x, *others)
            print(json.dumps([]), flush=True)
            continue
        assert step is not None
        for _ in range(WARM_UP):
            step()
        taken = []
        for _ in range(asked["times"]):
            began = time.perf_counter()
            step()
            taken.append(time.perf_counter() - began)
        print(json.dumps(taken), flush=True)


class Side:
    """A side's process, asked through a pipe."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.cells", "--side", name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # TensorFlow's greetings; shown when the side fails
            text=True,
        )

    def __enter__(self) -> "Side":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate()  # closes the pipe, which ends it

    def ask(self, **asked: Any) -> list[float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(
                f"a side ended when asked for {asked}:\n{self.process.communicate()[1][-2000:]}"
            )
        return list(json.loads(answer))


def peak(times: int) -> list[float]:
    """Operations a second of NumPy's product of two large matrices, each time."""
    one = np.random.default_rng(1).normal(size=(PEAK_ROWS, PEAK_ROWS)).astype(np.float32)
    np.dot(one, one)
    reached = []
    for _ in range(times):
        began = time.perf_counter()
        np.dot(one, one)
        reached.append(2 * PEAK_ROWS**3 / (time.perf_counter() - began))
    time.sleep(0.2)  # OpenBLAS's threads wait awake for a while
    return reached


def differences(ours: Path, stock: Path) -> tuple[float, float]:
    """The largest of the outputs, and the largest of the gradients relative to each one's largest number."""
    with np.load(ours) as one, np.load(stock) as other:
        pairs = [(one[name], other[name]) for name in other.files]
    largest = [float(np.abs(mine - theirs).max()) for mine, theirs in pairs]
    relative = [
        value / float(np.abs(theirs).max()) for value, (_, theirs) in zip(largest[1:], pairs[1:], strict=True)
    ]
    return largest[0], max(relative)


def measure(
    batches: list[int], *, units: int, inputs: int, steps: int, rounds: int
) -> tuple[list[dict[str, Any]], list[float]]:
    """A row for each cell and batch size, and the machine's peak in operations a second, each time."""
    rows: list[dict[str, Any]] = []
    machine: list[float] = []
    with tempfile.TemporaryDirectory() as folder, Side("ours") as ours, Side("stock") as stock:
        for cell in CELLS:
            sides = {"ours": ours} if cell == "minGRU" else {"ours": ours, "stock": stock}
            for batch in batches:
                answers = {name: Path(folder) / f"{name}.npz" for name in sides}
                for name, side in sides.items():
                    side.ask(
                        cell=cell, batch=batch, steps=steps, inputs=inputs, units=units,
                        answers=str(answers[name]),
                    )  # fmt: skip
                seconds: dict[str, list[float]] = {name: [] for name in sides}
                peaks: list[float] = []
                for number in range(rounds):
                    for name, side in sides.items():
                        seconds[name] += side.ask(times=STEPS_A_TURN)
                    if number % 3 == 0:
                        peaks += peak(1)
                median = {name: statistics.median(taken) for name, taken in seconds.items()}
                partner = "stock" in sides
                outputs, gradients = (
                    differences(answers["ours"], answers["stock"]) if partner else (None, None)
                )
                seen = inputs if cell == "minGRU" else inputs + units
                flop = 2 * 3 * batch * steps * GATES[cell] * units * seen
                fastest = {name: min(taken) for name, taken in seconds.items()}
                row = {
                    "cell": cell,
                    "batch": batch,
                    "ours_ms": round(1000 * median["ours"], 3),
                    "stock_ms": round(1000 * median["stock"], 3) if partner else None,
                    "ratio": round(median["ours"] / median["stock"], 3) if partner else None,
                    "fastest_ratio": round(fastest["ours"] / fastest["stock"], 3) if partner else None,
                    "output_difference": outputs,
                    "gradient_difference": gradients,
                    "share_of_peak": round(flop / median["ours"] / statistics.median(peaks), 3),
                    "fastest_share_of_peak": round(flop / fastest["ours"] / max(peaks), 3),
                }
                rows.append(row)
                machine += peaks
    return rows, machine


def main() -> None:
    parser = argparse.ArgumentParser(description="Each cell's layer against the stock Keras layer.")
    parser.add_argument("--batches", type=int, nargs="+", default=[128, 512])
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--inputs", type=int, default=64)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=15, help=f"turns of {STEPS_A_TURN} steps each")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--side", choices=["ours", "stock"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        serve(given.side)
        return
    shape = {"units": given.units, "inputs": given.inputs, "steps": given.steps}
    rows, peaks = measure(given.batches, rounds=max(1, given.rounds), **shape)
    middle, most = statistics.median(peaks) / 1e9, max(peaks) / 1e9
    print(
        f"{'cell':<10}{'batch':>6}{'ours ms':>10}{'stock ms':>10}{'ratio':>8}{'outputs':>10}{'gradients':>11}",
        end="",
    )
    print(f"{'of peak':>9}")
    for row in rows:
        print(f"{row['cell']:<10}{row['batch']:>6}{row['ours_ms']:>10.2f}", end="")
        if row["ratio"] is None:
            print(f"{'-':>10}{'-':>8}{'-':>10}{'-':>11}", end="")
        else:
            print(f"{row['stock_ms']:>10.2f}{row['ratio']:>8.2f}{row['output_difference']:>10.1e}", end="")
            print(f"{row['gradient_difference']:>11.1e}", end="")
        print(f"{row['share_of_peak']:>9.1%}")
    print(
        f"peak: {middle:.1f} GFLOP/s, at most {most:.1f}, NumPy's product of two float32 matrices of {PEAK_ROWS} rows"
    )
    if most > 1.5 * middle:
        print("The machine was not quiet: its peak varied by more than half, and so may the figures above.")
    if given.json:
        print(
            json.dumps(
                {**shape, "peak_gflops": round(middle, 1), "most_gflops": round(most, 1), "rows": rows}
            )
        )


if __name__ == "__main__":
    main()
