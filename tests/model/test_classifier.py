"""The bundle: its answers, its way to the disk and back, and everything else that may be offered as one."""

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.prediction import HEADLINE, WORDS
from core.errors import ClassifierError
from core.model.classifier import Classifier
from core.model.classifier_files import has_token_rows, quantise, read_weights
from core.model.forward import Array, weight_shapes
from core.settings.network import CELLS, TOKENIZATIONS, Cell, Tokenization
from core.settings.presets import PRESETS
from core.text.cleaning import CleaningSettings, clean, join
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID
from tests.classifiers import random_classifier, small_classifier

KNOWN = ("the", "cat", "sat", "on", "a", "mat", "?", "-")
LABELS = ("ANIMALS", "HOMES", "SPORTS")
Change = Callable[[dict[str, Any]], object]  # of a record read from JSON

made = partial(small_classifier, labels=LABELS, known=KNOWN, sequence_length=6)


@pytest.fixture
def classifier() -> Classifier:
    return made()


@pytest.fixture
def folder(classifier: Classifier, tmp_path: Path) -> Path:
    classifier.save(tmp_path / "mine")
    return tmp_path / "mine"


# --- Prediction ---


def test_prediction_says_what_it_read(classifier: Classifier) -> None:
    (answer,) = classifier.predict(["The zebra sat  on THE zebra, quietly smiling"])
    assert answer.text == "The zebra sat  on THE zebra, quietly smiling"
    assert answer.words == ("the", "zebra", "sat", "on", "the", "zebra", ",", "quietly", "smiling")
    assert answer.tokens_read == 6
    assert answer.unknown == ("zebra",)  # once; the words after the sixth are not read
    assert not answer.all_out_of_vocabulary
    assert (answer.label, answer.probability) == answer.ranking[0]
    assert sorted(label for label, _ in answer.ranking) == list(LABELS)
    assert sum(p for _, p in answer.ranking) == pytest.approx(1, abs=1e-5)


MADE = made()


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.sampled_from([*KNOWN, "zebra", "The", "CAT"]), max_size=9).map(" ".join), max_size=8)
)
def test_many_at_once_equal_one_at_a_time(headlines: list[str]) -> None:
    classifier = MADE
    together = classifier.predict(headlines)
    table = classifier.probabilities(headlines)
    assert table.shape == (len(headlines), 3)
    for headline, answer, row in zip(headlines, together, table, strict=True):
        (alone,) = classifier.predict([headline])
        assert alone.words == answer.words == tuple(clean(headline, classifier.cleaning).split())
        assert dict(alone.ranking) == pytest.approx(dict(answer.ranking), abs=1e-5)
        assert dict(zip(LABELS, row.tolist(), strict=True)) == pytest.approx(dict(answer.ranking), abs=1e-5)
        falling = [p for _, p in answer.ranking]
        assert falling == sorted(falling, reverse=True)


def test_batches_by_length_put_every_answer_in_its_place(classifier: Classifier) -> None:
    rng = np.random.default_rng(0)
    texts = [[int(i) for i in rng.integers(1, 20, rng.integers(1, 7))] for _ in range(700)]
    shares: list[float] = []
    answers = classifier.probabilities_of(Sequences.from_lists(texts), shares.append)
    for index in (0, 1, 350, 698, 699):
        assert answers[index] == pytest.approx(
            classifier.probabilities_of(Sequences.from_lists([texts[index]]))[0], abs=1e-5
        )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) == 3  # 700 texts, 256 at most in a batch


@pytest.mark.parametrize("nothing", ["", "   ", "\x00", "https://example.org"])
def test_nothing_becomes_one_unknown_word(classifier: Classifier, nothing: str) -> None:
    (answer,) = classifier.predict([nothing])
    assert answer.words == answer.unknown == ()
    assert answer.all_out_of_vocabulary
    one_unknown = classifier.probabilities_of(Sequences.from_lists([[OOV_ID]]))[0]
    assert sorted(p for _, p in answer.ranking) == pytest.approx(sorted(one_unknown.tolist()))


def test_only_unknown_words(classifier: Classifier) -> None:
    (answer,) = classifier.predict(["zebra yak zebra"])
    assert answer.unknown == ("zebra", "yak")
    assert answer.all_out_of_vocabulary
    assert classifier.encode(answer.words) == [OOV_ID] * 3  # as in training


def test_a_megabyte(classifier: Classifier) -> None:
    (answer,) = classifier.predict(["cat mat " * 125_000])
    assert (answer.tokens_read, len(answer.words)) == (6, 250_000)
    assert answer.ranking == classifier.predict(["cat mat cat mat cat mat"])[0].ranking


def test_odd_characters(classifier: Classifier) -> None:
    for text in ("\ud800 cat", "\u202ecat\u200b", "$\\href{x}{cat}", "<script>cat</script>", "=cat"):
        assert len(classifier.predict([text])[0].ranking) == 3


def test_the_mark_alone_tells_nothing(classifier: Classifier) -> None:
    marked = replace(classifier, cleaning=CleaningSettings.marked())
    (answer,) = marked.predict(["qwzx"])
    assert answer.words == ("qwzx", "¶")
    assert answer.all_out_of_vocabulary


def test_a_network_that_reads_characters_is_given_characters() -> None:
    reads = made(tokenization="characters")
    (answer,) = reads.predict(["A mat"])
    assert answer.words == reads.words_of("A mat") == ("a", "␣", "m", "a", "t")
    assert answer.unknown == ("␣", "m", "t")  # of the made-up word index, "a" alone is a character
    assert reads.probabilities(["A mat"])[0] == pytest.approx(
        [dict(answer.ranking)[label] for label in LABELS]
    )


def test_description_is_joined_as_in_training(classifier: Classifier) -> None:
    (answer,) = classifier.predict(["The cat"], ["sat"])
    assert answer.words == classifier.words_of("The cat", "sat") == ("the", "cat", "sat")
    assert answer.text == join("The cat", "sat", classifier.cleaning)


def test_nobody_and_one_string(classifier: Classifier) -> None:
    assert classifier.predict([]) == []
    assert classifier.probabilities([]).shape == (0, 3)
    with pytest.raises(TypeError, match="sequence of strings"):
        classifier.predict("a headline")


def test_progress_runs_from_cleaning_to_one(classifier: Classifier) -> None:
    shares: list[float] = []
    classifier.probabilities(["the cat"] * 5, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_weights_are_shared_and_so_read_only(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match="read-only"):
        classifier.weights["dense/bias"][0] = 1


def test_parts_that_do_not_fit_are_refused(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match=r"dense/kernel.*must be \(12, 2\), got \(12, 3\)"):
        replace(classifier, labels=("A", "B"))
    with pytest.raises(ValueError, match="float64"):
        replace(classifier, weights={**classifier.weights, "dense/bias": np.zeros(3)})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"more.*must be None"):
        replace(classifier, weights={**classifier.weights, "more": np.zeros(3, np.float32)})


# --- To the disk and back ---


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("unit", TOKENIZATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_there_and_back(cell: Cell, unit: Tokenization, small: bool, tmp_path: Path) -> None:
    before = made(cell=cell, tokenization=unit, bigram_buckets=1_000)
    before.save(tmp_path / "one", small=small)
    after = Classifier.load(tmp_path / "one")
    for name in ("cleaning", "network", "vocabulary", "labels", "card"):
        assert getattr(after, name) == getattr(before, name)
    for name, array in before.weights.items():
        if small and has_token_rows(name):  # a half of a 127th of each row's largest number
            bound = np.abs(array).max(axis=1, keepdims=True) / 254 * 1.0001
            assert np.all(np.abs(after.weights[name] - array) <= bound)
        else:
            np.testing.assert_array_equal(after.weights[name], array)
    answers = [c.predict(["the cat sat"])[0] for c in (before, after)]
    assert dict(answers[0].ranking) == pytest.approx(dict(answers[1].ranking), abs=1e-2 if small else 1e-7)


def test_tables_in_8_bits_by_hand(tmp_path: Path) -> None:
    """The largest of a row becomes 127; a row of zeros stays one."""
    table = np.array([[2.54, -1.27, 0.02], [0, 0, 0]], np.float32)
    made = quantise("votes", table)
    assert made["votes"].dtype == np.int8
    assert made["votes"].tolist() == [[127, -64, 1], [0, 0, 0]]  # -63.5 goes to the even neighbour
    assert made["votes/scale"] == pytest.approx([0.02, 0])


def test_saving_replaces_the_whole_folder(classifier: Classifier, folder: Path) -> None:
    (folder / "rubbish").write_text("x")
    replace(classifier, card=replace(classifier.card, seed=99)).save(folder)
    assert Classifier.load(folder).card.seed == 99
    assert sorted(path.name for path in folder.iterdir()) == [
        "classifier.json",
        "vocabulary.json",
        "weights.npz",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]  # nothing left beside it


def test_a_failed_save_leaves_the_old_one(classifier: Classifier, folder: Path) -> None:
    broken = replace(classifier, labels=("\ud800", "B", "C"))  # cannot be written as UTF-8
    with pytest.raises(UnicodeEncodeError):
        broken.save(folder)
    assert Classifier.load(folder).labels == LABELS
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_a_save_that_fails_at_its_last_move_leaves_the_old_one(
    classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if Path(target) == folder and not self.name.endswith("-old"):
            raise OSError("no more room")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    with pytest.raises(OSError, match="no more room"):
        replace(classifier, card=replace(classifier.card, seed=99)).save(folder)
    assert Classifier.load(folder).card.seed == 1
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


@pytest.mark.slow
def test_its_small_products_take_one_thread() -> None:
    """Threads of one product wait for one another longer than they work, beside others on the same cores."""
    code = f"""
import sys; sys.path[:] = {sys.path!r}
import numpy, threadpoolctl
from tests.classifiers import small_classifier
small_classifier()
print({{each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"}})
"""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "{1}"


def test_loading_needs_no_tensorflow(folder: Path) -> None:
    code = f"""
import sys; sys.path[:] = {sys.path!r}
from pathlib import Path
from core.model.classifier import Classifier
Classifier.load(Path({str(folder)!r})).predict(["the cat"])
print(sorted({{"tensorflow", "keras", "plotly", "streamlit"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- What is not a classifier ---


def refused(folder: Path) -> str:
    with pytest.raises(ClassifierError) as caught:
        Classifier.load(folder)
    text = str(caught.value)
    assert text.endswith(".")
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.keras", b"PK\x03\x04...", "a Keras model file"),
        ("model.h5", b"", "an HDF5 file"),
        ("model.bin", b"\x89HDF\r\n\x1a\n....", "an HDF5 file"),
        ("model.pkl", b"", "a Python pickle"),
        ("model", b"\x80\x04\x95...", "a Python pickle"),
        ("model.joblib", b"x", "a joblib file"),
        ("notes.txt", b"hello", "a file, not a classifier's folder"),
    ],
)
def test_files_of_other_programs(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / "theirs").mkdir()
    file = tmp_path / "theirs" / name
    file.write_bytes(content)
    text = refused(file)
    assert message in text
    assert "classifier.json, vocabulary.json and weights.npz" in text
    inside = refused(tmp_path / "theirs")
    assert (
        f"theirs holds {name}, {message}" if "not a" not in message else "theirs is not a classifier"
    ) in inside


def test_no_folder_and_empty_folder(tmp_path: Path) -> None:
    assert "There is no classifier 'none'" in refused(tmp_path / "none")
    assert "it has no classifier.json" in refused(tmp_path)
    assert "There is no classifier" in refused(tmp_path / "a\0b")


@pytest.mark.parametrize("name", ["classifier.json", "vocabulary.json", "weights.npz"])
def test_every_file_cut_off_anywhere(folder: Path, name: str) -> None:
    path = folder / name
    whole = path.read_bytes()
    for size in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 2}:
        path.write_bytes(whole[:size])
        assert name in refused(folder)


@pytest.mark.parametrize("name", ["vocabulary.json", "weights.npz"])
def test_missing_or_a_pickle(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x80\x04\x95\x00")
    assert f"{name} is a Python pickle" in refused(folder)
    (folder / name).unlink()
    assert f"{name} is missing" in refused(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"schema": 1, "cleaning": {"\xff": 1}}', "not UTF-8"),
        ('{"schema": 1}'.encode("utf-16"), "damaged"),
        (b"[" * 100_000, "classifier.json is damaged"),
        (b'{"schema": 3}', "another version"),
        (b'{"schema": NaN}', "damaged"),
        (b'{"schema": 1e999}', "damaged"),
        (b'{"schema": true}', "damaged"),
        (b"[]", "damaged"),
        (b"{}", "damaged"),
        (b'{"schema": 1}', "damaged"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "damaged"),
    ],
)
def test_damaged_card(folder: Path, content: bytes, message: str) -> None:
    (folder / "classifier.json").write_bytes(content)
    assert message in refused(folder)


def edit(folder: Path, change: Change, name: str = "classifier.json") -> None:
    path = folder / name
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.update(labels=["A", 1, "C"]), "Expected `str`, got `int` - at `$.labels[1]`"),
        (lambda r: r.update(labels="ABC"), "Expected `array`, got `str`"),
        (lambda r: r.update(labels=["A", "A", "B"]), "2 to 1,000 different names"),
        (lambda r: r.update(labels=["A", " ", "B"]), "2 to 1,000 different names"),
        (lambda r: r.update(labels=["A"]), "2 to 1,000 different names"),
        (lambda r: r.update(labels=[str(i) for i in range(1001)]), "2 to 1,000 different names"),
        (lambda r: r.update(labels=["A", "B"]), "dense/kernel must have the shape (12, 2), got (12, 3)"),
        (lambda r: r["network"].update(cell="MLP"), "cell must be one of SimpleRNN, LSTM, GRU"),
        (lambda r: r["network"].update(cell="LSTM"), "kernel must have the shape (4, 12), got (4, 9)"),
        (lambda r: r["network"].update(cell=["GRU"]), "classifier.json is damaged"),
        (lambda r: r["network"].update(embedding_size=10**9), "embedding_size must be from 1 to 512"),
        (lambda r: r["network"].update(embedding_size=True), "embedding_size must be a whole number"),
        (lambda r: r["network"].update(layers=[]), "layers must be 1 to 4"),
        (lambda r: r["network"].update(layers=[5]), "classifier.json is damaged"),
        (lambda r: r["network"].update(vocabulary_size=10), "20 words where the network has at most 10"),
        (lambda r: r["network"]["layers"].append({}), "array 'layers/1/backward/bias.npy' is missing"),
        (lambda r: r["network"]["layers"][0].update(bidirectional=False), "is not expected"),
        (lambda r: r["cleaning"].update(steps=["magic"]), "got 'magic'"),
        (lambda r: r["cleaning"].update(steps=[["x"]]), "classifier.json is damaged"),
        (lambda r: r["card"].pop("test"), "missing required field `test`"),
        (lambda r: r["card"].update(seed="one"), "Expected `int`, got `str` - at `$.card.seed`"),
    ],
)
def test_values_that_cannot_be(folder: Path, change: Change, message: str) -> None:
    edit(folder, change)
    assert message in refused(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(schema=2),
        lambda r: r["words"].pop(),
        lambda r: (r["words"].pop(), r["counts"].pop()),
        lambda r: r["words"].__setitem__(1, r["words"][0]),
        lambda r: r["words"].__setitem__(1, 7),
        lambda r: r.pop("words"),
    ],
)
def test_damaged_words(folder: Path, change: Change) -> None:
    edit(folder, change, "vocabulary.json")
    refused(folder)


@pytest.mark.parametrize(
    "header",
    ["{'descr': '<f4'", "{1: 2, 'descr': 3}", "{'descr': ',f4', 'fortran_order': False, 'shape': (3,)}"],
)
def test_an_array_whose_header_is_no_header(folder: Path, header: str) -> None:
    """What NumPy's reader of headers raises for these is neither ValueError nor OSError."""
    with zipfile.ZipFile(folder / "weights.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    written = f"{header:<117}\n".encode()
    members["dense/bias.npy"] = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(written)) + written + bytes(12)
    with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert "its header cannot be read" in refused(folder)


def store(folder: Path, weights: Mapping[str, NDArray[Any]], **more: NDArray[Any]) -> None:
    arrays: dict[str, Any] = {**weights, **more}
    np.savez(folder / "weights.npz", **arrays)


def test_weights_of_other_names_shapes_types_and_numbers(classifier: Classifier, folder: Path) -> None:
    good = dict(classifier.weights)
    bias, kernel = good["dense/bias"], good["dense/kernel"]
    store(folder, good, extra=np.zeros(2))
    assert "array 'extra.npy' is not expected" in refused(folder)
    store(folder, {name: array for name, array in good.items() if name != "dense/bias"})
    assert "array 'dense/bias.npy' is missing" in refused(folder)
    store(folder, good | {"dense/bias": bias[:2]})
    assert "dense/bias must have the shape (3,), got (2,)" in refused(folder)
    for array in (
        bias.astype(np.float64),
        bias.astype(np.float16),
        bias.astype(">f4"),
        np.array(["a", "b", "c"]),
    ):
        store(folder, good | {"dense/bias": array})
        assert "dense/bias must be of type float32" in refused(folder)
    store(folder, good | {"dense/kernel": np.asfortranarray(kernel)})
    assert "Fortran" in refused(folder)
    table = quantise("embedding", good["embedding"])
    store(folder, good | {"embedding": table["embedding"]})
    assert "embedding must be of type float32, got int8" in refused(folder)
    store(folder, good | table | {"embedding/scale": table["embedding/scale"][1:]})
    assert "embedding/scale must have the shape (20,), got (19,)" in refused(folder)
    store(folder, good | {"embedding/scale": table["embedding/scale"]})
    assert "embedding must be of type int8, got float32" in refused(folder)
    store(folder, good | table | {"embedding/scale": np.full(20, np.nan, np.float32)})
    assert "embedding holds NaN or infinity" in refused(folder)
    for odd in (np.nan, np.inf, -np.inf):
        store(folder, good | {"dense/bias": np.array([0, odd, 0], np.float32)})
        assert "dense/bias holds NaN or infinity" in refused(folder)


def test_files_of_another_classifier_that_would_fit_are_refused(
    classifier: Classifier, folder: Path, tmp_path: Path
) -> None:
    """Everything about them is whole but that they are not the ones the card was written with."""
    other = tmp_path / "other"
    weights = dict(classifier.weights) | {"dense/bias": np.ones(3, np.float32)}
    words = replace(classifier.vocabulary, words=tuple(reversed(classifier.vocabulary.words)))
    replace(classifier, weights=weights, vocabulary=words).save(other)
    for name in ("weights.npz", "vocabulary.json"):
        mine = (folder / name).read_bytes()
        shutil.copy(other / name, folder / name)
        assert refused(folder).startswith(f"{name} is damaged: it is not the one")
        (folder / name).write_bytes(mine)
    shutil.copy(other / "weights.npz", folder / "weights.npz")
    edit(folder, lambda record: record.pop("files"))  # as the oldest classifiers have it
    assert Classifier.load(folder).weights["dense/bias"].tolist() == [1, 1, 1]


def test_one_that_takes_its_place_while_it_is_read_is_read_instead(
    classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that learns on puts new weights there; nothing is damaged then."""
    from core.model import classifier as module

    other = replace(classifier, weights=dict(classifier.weights) | {"dense/bias": np.ones(3, np.float32)})

    def slowly(path: Path, shapes: Mapping[str, tuple[int, ...]], **most: int) -> dict[str, Array]:
        monkeypatch.setattr(module, "read_weights", read_weights)
        weights = read_weights(path, shapes, **most)
        other.save(folder)
        return weights

    monkeypatch.setattr(module, "read_weights", slowly)
    assert Classifier.load(folder).weights["dense/bias"].tolist() == [1, 1, 1]


def test_what_goes_in_beside_is_there_with_the_weights_or_not_at_all(
    classifier: Classifier, tmp_path: Path
) -> None:
    def adds(made: Path) -> None:
        (made / "more").write_text("x")

    def fails(made: Path) -> None:
        raise OSError("no more room")

    classifier.save(tmp_path / "mine", add_files=adds)
    assert (tmp_path / "mine" / "more").read_text() == "x"
    with pytest.raises(OSError, match="no more room"):
        replace(classifier, card=replace(classifier.card, seed=99)).save(tmp_path / "mine", add_files=fails)
    assert Classifier.load(tmp_path / "mine").card.seed == 1


def test_objects_inside_the_weights_are_never_opened(classifier: Classifier, folder: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (pytest.fail, ("an object was opened",))

    trap = np.array([Trap(), Trap(), Trap()], dtype=object)
    np.savez(folder / "weights.npz", **(dict(classifier.weights) | {"dense/bias": trap}))
    assert "dense/bias must be of type float32, got object" in refused(folder)


def rewritten(folder: Path, name: str, content: bytes) -> None:
    """The weights' zip with one member replaced by ``content``."""
    path = folder / "weights.npz"
    with zipfile.ZipFile(path) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member, data in (members | {f"{name}.npy": content}).items():
            new.writestr(member, data)


def header(shape: tuple[int, ...], descr: str = "<f4") -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def test_huge_declared_sizes_take_no_memory(folder: Path) -> None:
    import tracemalloc

    for shape in ((10**12,), (3, 10**15), (2**62, 2**62)):
        rewritten(folder, "dense/bias", header(shape))
        tracemalloc.start()
        assert "dense/bias must have the shape (3,)" in refused(folder)
        assert tracemalloc.get_traced_memory()[1] < 5e6
        tracemalloc.stop()
    rewritten(folder, "dense/bias", header((3,)))
    assert "dense/bias is not as long as it says" in refused(folder)
    rewritten(folder, "dense/bias", header((3,)) + b"\0" * 10**8)  # a bomb: 100 MB in 100 kB
    assert "dense/bias is not as long as it says" in refused(folder)


def test_broken_array_headers(folder: Path) -> None:
    for content in (b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00v\x00", header((3,))[:40], b"hello" * 100):
        rewritten(folder, "dense/bias", content)
        assert "weights.npz" in refused(folder)


def test_weights_in_a_damaged_lzma_stream(folder: Path) -> None:
    path = folder / "weights.npz"
    with zipfile.ZipFile(path) as stored:
        members = {name: stored.read(name) for name in stored.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        first = packed.infolist()[0]
    damaged = bytearray(path.read_bytes())
    # Behind the local header, the name and the stream's own first bytes.
    start = first.header_offset + 30 + len(first.filename) + 10
    damaged[start : start + 8] = bytes(byte ^ 0xFF for byte in damaged[start : start + 8])
    path.write_bytes(damaged)
    assert "weights.npz is damaged" in refused(folder)


def test_a_network_too_large_for_any_memory(folder: Path) -> None:
    edit(folder, lambda r: r["network"].update(layers=[{"units": 512}] * 4, embedding_size=512))
    assert "weights.npz" in refused(folder)


def test_weights_that_are_no_zip(folder: Path) -> None:
    for content in (b"hello", b"PK\x03\x04" + b"\0" * 100, b"PK\x05\x06" + b"\0" * 18):
        (folder / "weights.npz").write_bytes(content)
        assert "weights.npz" in refused(folder)


def test_a_later_version_may_add_fields(folder: Path) -> None:
    edit(folder, lambda r: (r.update(note="x"), r["card"].update(note="x")))
    assert Classifier.load(folder).labels == LABELS


def test_files_are_json_with_a_schema_and_plain_arrays(classifier: Classifier, folder: Path) -> None:
    assert json.loads((folder / "classifier.json").read_bytes())["schema"] == 2
    assert json.loads((folder / "vocabulary.json").read_bytes())["schema"] == 1
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        shapes = weight_shapes(classifier.network, words=20, categories=3)
        assert {name: stored[name].shape for name in stored.files} == shapes


def test_a_folder_that_cannot_be_read(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "classifier.json").mkdir()
    assert "has no classifier.json" in refused(folder)


def work_of(task: Callable[[], object]) -> tuple[int, int]:
    """Calls of functions, Python's and C's, that the task makes, and the bytes that it holds at most."""
    task()  # what is made once is made
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(None)
    tracemalloc.start()  # NumPy tells it of its arrays
    try:
        before, _ = tracemalloc.get_traced_memory()
        task()
        return calls, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_one_headline_costs_no_more_work_with_fifty_thousand_words_than_with_a_thousand(preset: str) -> None:
    """No pass over the word index or the table of its rows; the milliseconds are in benchmarks/prediction.py."""
    chosen = PRESETS[preset]
    work = {}
    for words in (1_000, WORDS):
        classifier = random_classifier(
            replace(chosen.network, vocabulary_size=words),
            labels=tuple(map(str, range(41))),
            cleaning=chosen.cleaning,
            known=tuple(HEADLINE.lower().split()),
        )
        assert len(classifier.vocabulary) == words
        work[words] = work_of(partial(classifier.predict, [HEADLINE]))
    # Not to the last call: the garbage collector's are counted too. A byte a word would be a third more.
    assert work[WORDS] == pytest.approx(work[1_000], rel=0.1)
