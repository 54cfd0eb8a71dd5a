"""Run what the tutorial prints in Keras 3 and in Keras 2, and keep what happens in ``data/printed_code.json``.

    python -m data.run_printed_code

Keras 2 lives on as the package ``tf_keras``. It is no dependency of this project: a test runs the code in Keras 3 again
and compares, and where ``tf_keras`` is installed in Keras 2 too (``pip install --no-deps tf_keras``). The chapters on
the Embedding layer, on overfitting and on the tutorial's faults say what this file says. The printed text does not say
the rate of its Dropout layer nor the patience of its early stopping; those here are ours, and change none of it.
"""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("printed_code.json")
MODULES = ("keras", "tf_keras")
ROWS, LENGTH, PADDED = 174_991, 130, 20  # of the table; input_length; maxlen of pad_sequences
EPOCHS = 12


def network(keras: Any, *, input_length: int = LENGTH, dropout: bool = True) -> Any:
    """The printed network; ``dropout``: with the layer that only the printed table has."""
    layers = keras.layers
    model = keras.Sequential()
    model.add(layers.Embedding(ROWS, 70, input_length=input_length))
    for recurrent_dropout in (0.2, 0.3):
        model.add(
            layers.Bidirectional(
                layers.SimpleRNN(64, dropout=0.1, recurrent_dropout=recurrent_dropout, return_sequences=True)
            )
        )
    model.add(layers.SimpleRNN(32, activation="tanh"))
    if dropout:
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(41, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def read_texts(keras: Any, input_length: int) -> dict[str, Any]:
    """What a network built for ``input_length`` does with texts of ``PADDED`` words."""
    model = network(keras, input_length=input_length)
    answers = model.predict(np.zeros((2, PADDED), np.int32), verbose=0)
    return {"answers": list(answers.shape), "input_shape": [None, model.input_shape[1]]}


def count_parameters(keras: Any, *, dropout: bool) -> int:
    model = network(keras, input_length=PADDED, dropout=dropout)
    model.predict(np.zeros((1, PADDED), np.int32), verbose=0)
    return int(model.count_params())


def make_checkpoint(keras: Any) -> dict[str, str]:
    """What the checkpoint with the misspelt argument watches."""
    with TemporaryDirectory() as folder:
        checkpoint = keras.callbacks.ModelCheckpoint(f"{folder}/best.keras", moniter="val_loss")
    return {"monitor": checkpoint.monitor}


def stop_early(keras: Any) -> dict[str, Any]:
    """After which epoch the printed early stopping stops, while training accuracy and validation loss both rise."""
    model = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.eye(2), np.eye(2), verbose=0)  # Keras 3 looks in the metrics which way is better
    stopping = keras.callbacks.EarlyStopping(monitor="accuracy", patience=2)
    stopping.set_model(model)
    model.stop_training = False
    stopping.on_train_begin()
    epoch = 0
    while epoch < EPOCHS and not model.stop_training:
        epoch += 1
        stopping.on_epoch_end(epoch - 1, {"accuracy": 0.05 * epoch, "val_loss": 0.1 * epoch})
    return {"epochs": epoch, "of": EPOCHS, "restores_best_weights": stopping.restore_best_weights}


def outcome(task: Callable[[], Any]) -> Any:
    """What the task returns, or the name of its error and the last line of its message."""
    try:
        return task()
    except (TypeError, ValueError) as error:
        return {"error": type(error).__name__, "message": str(error).strip().splitlines()[-1].strip()}


def run(keras: Any) -> dict[str, Any]:
    """All of it in one Keras. Cost: some seconds."""
    return {
        f"texts of {PADDED} words, input_length={LENGTH}": outcome(lambda: read_texts(keras, LENGTH)),
        f"texts of {PADDED} words, input_length={PADDED}": outcome(lambda: read_texts(keras, PADDED)),
        "parameters with Dropout": outcome(lambda: count_parameters(keras, dropout=True)),
        "parameters without Dropout": outcome(lambda: count_parameters(keras, dropout=False)),
        "ModelCheckpoint(moniter='val_loss')": outcome(lambda: make_checkpoint(keras)),
        "EarlyStopping(monitor='accuracy')": outcome(lambda: stop_early(keras)),
    }


def main() -> None:
    record = {}
    for name in MODULES:
        keras = importlib.import_module(name)
        record[name] = {"version": keras.__version__, "outcomes": run(keras)}
    FILE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(FILE, *(f"{name} {entry['version']}" for name, entry in record.items()))


if __name__ == "__main__":
    main()
