"""The command line's ``train --vectors FILE [--frozen]``."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from core import paths
from core.__main__ import main
from core.model.classifier import Classifier
from core.runs.run_store import RunStore
from core.settings.run import InitialVectors
from tests.present import present


@pytest.mark.slow
def test_train_starts_from_word_vectors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    vectors = tmp_path / "glove.txt"
    content = b"the 1 2 3 4\nof 5 6 7 8\nzzzz 0 0 0 0\nbroken\n"
    vectors.write_bytes(content)
    options = ["--epochs", "1", "--sample", "500", "--vectors", str(vectors), "--frozen", "--json"]
    assert main(["train", str(paths.SAMPLE), *options]) == 0
    printed = capsys.readouterr()
    assert "1 malformed line skipped; line 4: 0 numbers where other lines have 4" in printed.err
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


@pytest.mark.slow
def test_no_run_starts_from_vectors_of_which_none_is_a_word_of_the_news(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    vectors = tmp_path / "numberbatch.txt"
    vectors.write_text("/c/en/the 1 2 3\n/c/en/of 4 5 6\n")
    assert (
        main(["train", str(paths.SAMPLE), "--epochs", "1", "--sample", "500", "--vectors", str(vectors)]) == 2
    )
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("None of the ")
    assert "is in numberbatch.txt, whose first words are “/c/en/the”, “/c/en/of”." in line


@pytest.mark.slow
def test_of_an_archive_of_several_sizes_one_is_chosen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    vectors = tmp_path / "glove.zip"
    sizes = {f"glove.{size}d.txt": f"the{' 1' * size}\nof{' 2' * size}\n" for size in (2, 3)}
    with zipfile.ZipFile(vectors, "w") as archive:
        for name, content in sizes.items():
            archive.writestr(name, content)
    train = ["train", str(paths.SAMPLE), "--epochs", "1", "--sample", "500", "--vectors", str(vectors)]
    assert main(train) == 2
    assert "glove.zip holds 2 files: glove.2d.txt, glove.3d.txt." in capsys.readouterr().err.replace(
        "\n", " "
    )
    assert main([*train, "--vectors-member", "glove.3d.txt", "--json"]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["vectors_found"] == 2
    folder = Path(record["run"])
    stored = present(RunStore(folder.parent).open(folder.name).settings.vectors)
    assert (stored.member, stored.size) == ("glove.3d.txt", 3)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--vectors-member", "a.txt"), "give the archive with --vectors FILE"),
        (("--frozen",), "give them with --vectors FILE"),
        (("--vectors", "no-such-file.txt"), "no-such-file.txt cannot be opened"),
        (("--vectors", str(paths.SAMPLE)), "not a file of word vectors"),
        (("--vectors", "v.txt", "--resume", "run"), "A resumed run has its own start"),
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
