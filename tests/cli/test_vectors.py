"""The command line's ``train --vectors FILE [--frozen]``."""

import hashlib
import json
from pathlib import Path

import pytest

from core import paths
from core.__main__ import main
from core.model.classifier import Classifier
from core.runs.run_store import RunStore
from core.settings.run import InitialVectors


@pytest.mark.slow
def test_train_starts_from_word_vectors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    vectors = tmp_path / "glove.txt"
    content = b"the 1 2 3 4\nof 5 6 7 8\nzzzz 0 0 0 0\nbroken\n"
    vectors.write_bytes(content)
    options = ["--epochs", "1", "--sample", "500", "--vectors", str(vectors), "--frozen", "--json"]
    assert main(["train", str(paths.SAMPLE), *options]) == 0
    printed = capsys.readouterr()
    assert "1 malformed line passed over; line 4: 0 numbers where other lines have 4" in printed.err
    record = json.loads(printed.out.splitlines()[-1])
    assert record["vectors_found"] == 2
    assert 0 < record["vectors_running"] < 0.2
    folder = Path(record["run"])
    vectors.unlink()  # the run has its own
    run = RunStore(folder.parent).open(folder.name)
    assert run.settings.vectors == InitialVectors(
        fingerprint=hashlib.sha256(content).hexdigest(), name="glove.txt", size=4, frozen=True
    )
    classifier = Classifier.load(run.classifier_folder)
    rows = classifier.weights["embedding"][classifier.vocabulary.encode(["the", "of"])]
    assert rows.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--frozen",), "give them with --vectors FILE"),
        (("--vectors", "no-such-file.txt"), "no-such-file.txt cannot be opened"),
        (("--vectors", str(paths.SAMPLE)), "not a file of word vectors"),
        (("--vectors", "v.txt", "--resume", "run"), "one that is resumed has what it started from"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    assert main(["train", str(paths.SAMPLE), *options]) == 2
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    assert says in line
    assert printed.out == ""
