"""A guess at a run's result, made before it begins: ``guess.json`` in the run's folder, removed with the run.

::

    {"schema": 1, "accuracy": 0.7, "hardest": "SPORTS"}

A guess that can be changed once the answer is visible teaches nothing, so it is written once, before the run is queued.
Leaves out: how good it was (``insight/history/guess_outcome.py``).
"""

import json
from dataclasses import asdict, dataclass

from core.errors import RunError
from core.files import retry_while_locked, write_json
from core.runs.run import Run

FILE = "guess.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A guess; either half may be missing, not both.

    Attributes:
        accuracy: expected accuracy on the test part, 0 to 1.
        hardest: the category with the lowest expected recall, by its label in the run.
    """

    accuracy: float | None = None
    hardest: str | None = None

    def __post_init__(self) -> None:
        accuracy, hardest = self.accuracy, self.hardest
        if accuracy is None and hardest is None:
            raise ValueError("a guess needs an accuracy or a category, got neither")
        if accuracy is not None and (
            isinstance(accuracy, bool) or not isinstance(accuracy, int | float) or not 0 <= accuracy <= 1
        ):
            raise ValueError(f"accuracy must be a number from 0 to 1, got {str(accuracy)[:40]}")
        if hardest is not None and not (isinstance(hardest, str) and hardest):
            raise ValueError(f"hardest must be a category's name, got {str(hardest)[:40]!r}")


def save_guess(run: Run, guess: Guess) -> None:
    """Write ``guess`` into the folder of a run that has not begun.

    Raises:
        RunError: it has begun, so its progress may have been seen.
    """
    with run.lock():
        if run.lease() is not None or run.last() is not None:
            raise RunError(
                "You can only guess before the run begins. This run has begun, so its guess stays."
            )
        write_json(run.folder / FILE, {"schema": SCHEMA, **asdict(guess)})


def read_guess(run: Run) -> Guess | None:
    """Return the guess made of ``run``; None when there is none.

    Raises:
        RunError: the guess is unreadable; the run itself is unaffected.
    """
    try:
        record = json.loads(retry_while_locked((run.folder / FILE).read_bytes))
        if record["schema"] != SCHEMA:
            raise ValueError("it is of another version of Headline Lab")
        return Guess(accuracy=record["accuracy"], hardest=record["hardest"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"The guess kept with this run cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(f"The guess kept with this run is damaged: {FILE} cannot be read ({error}).") from None
