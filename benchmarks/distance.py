"""How far back a cell learns "Who beat whom" when each network reads headlines of one distance alone.

``python -m benchmarks.distance [--cell SimpleRNN] [--distances 2 25] [--seed 1] [--json]``. For each distance, 3,200
headlines are made with that many fillers after the second name, and a new network learns from 70 % of them. It is
scored on the fifth that the split keeps for the test. This is the experiment of Y. Bengio, P. Simard and P. Frasconi
(1994) on this task. ``--units``, ``--optimizer``, ``--rate`` and ``--epochs`` set the rest; what they leave open is as
in ``data/make_order_results.py``. Leaves out: the file itself, in which all distances are mixed.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.news.news import News, read_news
from core.settings.memory_race import with_cell
from core.settings.network import CELLS
from core.settings.run import RunSettings
from core.settings.training import OPTIMIZERS
from core.training.preparation import prepare
from core.training.trainer import train
from data import make_who_beat_whom
from data.make_order_results import SETTINGS
from data.make_sample import packed

REPEATS = 100  # headlines with the same names and verb: 3,200 in all


def headlines(distance: int, folder: Path, repeats: int = REPEATS) -> News:
    """A file in which every headline has ``distance`` fillers after the second name."""
    path = folder / f"distance_{distance}.json.gz"
    seed = make_who_beat_whom.SEED + distance
    articles = make_who_beat_whom.make(seed=seed, repeats=repeats, fewest=distance, most=distance)
    path.write_bytes(packed(articles))
    return read_news(path)


def settings_of(cell: str, units: int | None, changes: dict[str, Any]) -> RunSettings:
    """The recorded settings with another cell; without ``units`` it has as many parameters as a GRU of 32."""
    name = next(known for known in CELLS if known == cell)
    if units is None:
        network = with_cell(SETTINGS.network, name)
    else:
        layers = (replace(SETTINGS.network.layers[0], units=units),)
        network = replace(SETTINGS.network, cell=name, layers=layers)
    return replace(SETTINGS, network=network, training=replace(SETTINGS.training, **changes))


def test_accuracy(news: News, settings: RunSettings) -> float:
    """Train one network; its share of right answers on the test articles."""
    events = train(prepare(news, settings), settings)
    while True:
        try:
            next(events)
        except StopIteration as ended:
            return float(ended.value.test.accuracy)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How far back a cell learns Who beat whom.")
    parser.add_argument("--cell", choices=CELLS, default="SimpleRNN")
    parser.add_argument("--distances", type=int, nargs="+", default=[2, 5, 10, 25])
    parser.add_argument("--units", type=int, help="of the layer; without it, parameters as a GRU of 32 units")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default=SETTINGS.training.optimizer)
    parser.add_argument("--rate", type=float, default=SETTINGS.training.learning_rate)
    parser.add_argument("--epochs", type=int, default=SETTINGS.training.epochs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="headlines of the same names and verb")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args(arguments)
    settings = settings_of(
        given.cell,
        given.units,
        {
            "optimizer": given.optimizer,
            "learning_rate": given.rate,
            "epochs": given.epochs,
            "seed": given.seed,
        },
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for distance in given.distances:
            accuracy = test_accuracy(headlines(distance, Path(folder), given.repeats), settings)
            rows.append({"distance": distance, "accuracy": round(accuracy, 4)})
            print(f"{given.cell}, {distance} words after the second name: {accuracy:.1%}", flush=True)
    if given.json:
        units = settings.network.layers[0].units
        print(json.dumps({"cell": given.cell, "units": units, "seed": given.seed, "rows": rows}))


if __name__ == "__main__":
    main()
