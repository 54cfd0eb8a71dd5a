"""A classifier's zip: out and in again the same, and everything else refused with nothing left behind."""

import contextlib
import io
import json
import shutil
import stat
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import ClassifierError
from core.model.classifier import Classifier
from core.model.classifier_archive import pack, unpack
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from tests.classifiers import random_classifier

Members = Sequence[tuple[str | zipfile.ZipInfo, bytes]]
NETWORK = NetworkSettings(vocabulary_size=30, embedding_size=4, layers=(RecurrentLayer(units=3),))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "classifier"
    random_classifier(NETWORK, labels=("A", "B", "C"), cleaning=CleaningSettings()).save(folder)
    return folder


@pytest.fixture
def content(made: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in made.iterdir()}


def _zip(path: Path, members: Members, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_out_and_in_again(made: Path, tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as stream:
        pack(made, stream)
    classifier = unpack(tmp_path / "a.zip", tmp_path / "in")
    before, after = Classifier.load(made), Classifier.load(tmp_path / "in")
    assert before.labels == after.labels == classifier.labels
    for name, weight in before.weights.items():
        np.testing.assert_array_equal(weight, after.weights[name])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "in"]


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


CASES: dict[str, tuple[Callable[[dict[str, bytes]], Members], str]] = {
    "a path that leads out": (lambda c: [*c.items(), ("../../evil", b"x")], r"holds '\.\./\.\./evil'"),
    "an absolute path": (lambda c: [*c.items(), ("/tmp/evil", b"x")], "holds '/tmp/evil'"),
    "one more file": (lambda c: [*c.items(), ("code.py", b"x")], "holds 'code.py'"),
    "a folder": (lambda c: [*c.items(), ("folder/", b"")], "holds 'folder/'"),
    "one file twice": (lambda c: [*c.items(), ("weights.npz", b"x")], "holds 'weights.npz'"),
    "one too few": (lambda c: list(c.items())[:2], "is missing"),
    "nothing": (lambda c: [], "not a zip|damaged"),
    "a link": (
        lambda c: [
            (_link("weights.npz"), b"/etc/passwd"),
            *((n, d) for n, d in c.items() if n != "weights.npz"),
        ],
        "is a link",
    ),
    "a bomb": (
        lambda c: [
            *((n, d) for n, d in c.items() if n != "vocabulary.json"),
            ("vocabulary.json", b" " * 15_000_000),
        ],
        "200 times its size",
    ),
    "a word index that takes much memory": (
        lambda c: [
            *((n, d) for n, d in c.items() if n != "vocabulary.json"),
            ("vocabulary.json", b"{}," * 6_000_000),
        ],
        "vocabulary.json is larger than 16 MB",
    ),
    "a card that takes much memory": (
        lambda c: [
            *((n, d) for n, d in c.items() if n != "classifier.json"),
            ("classifier.json", b"{}," * 1_500_000),
        ],
        "classifier.json is larger than 4 MB",
    ),
    "a pickle as weights": (
        lambda c: [*((n, d) for n, d in c.items() if n != "weights.npz"), ("weights.npz", b"\x80\x04]\x94.")],
        "pickle",
    ),
    "weights that do not fit": (
        lambda c: [*((n, d) for n, d in c.items() if n != "weights.npz"), ("weights.npz", _npz())],
        "does not fit",
    ),
    "no JSON": (
        lambda c: [*((n, d) for n, d in c.items() if n != "classifier.json"), ("classifier.json", b"{")],
        "damaged",
    ),
}


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, embedding=np.zeros((3, 3), np.float32))
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", CASES)
def test_what_is_not_ours_is_refused_with_a_sentence(
    content: dict[str, bytes], tmp_path: Path, case: str
) -> None:
    members, message = CASES[case]
    file = _zip(tmp_path / "given.zip", members(content))
    _refused(file, tmp_path, message)


def _refused(file: Path, tmp_path: Path, message: str, name: str = "") -> None:
    with pytest.raises(ClassifierError, match=message):
        unpack(file, tmp_path / "place" / "in", name=name)
    assert list((tmp_path / "place").iterdir()) == []
    assert [one.name for one in tmp_path.iterdir() if one.name != "place"] == [file.name]


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"\x80\x04\x95 pickle", "model.zip", "a Python pickle"),
        (b"\x89HDF\r\n\x1a\n rest", "model.h5", "an HDF5 file"),
        (b"anything", "model.joblib", "a joblib file"),
        (b"anything", "net.pt", "a PyTorch model"),
        (b"", "empty.zip", "not a zip"),
        (b"PK\x03\x04 cut off", "cut.zip", "damaged"),
    ],
)
def test_another_programs_file_is_refused_by_what_it_is(
    tmp_path: Path, data: bytes, name: str, message: str
) -> None:
    file = tmp_path / "upload"
    file.write_bytes(data)
    _refused(file, tmp_path, message, name)


def test_a_keras_file_is_a_zip_and_refused_by_its_members(tmp_path: Path) -> None:
    file = _zip(
        tmp_path / "model.keras", [("config.json", b"{}"), ("model.weights.h5", b"\x89HDF\r\n\x1a\n")]
    )
    _refused(file, tmp_path, "a Keras model file")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_refused_before_they_are_opened(
    content: dict[str, bytes], tmp_path: Path, packing: int
) -> None:
    _refused(_zip(tmp_path / "given.zip", list(content.items()), packing), tmp_path, "packed in a way")


def test_a_member_that_is_not_as_long_as_the_list_says(content: dict[str, bytes], tmp_path: Path) -> None:
    data = bytearray(_zip(tmp_path / "given.zip", list(content.items()), zipfile.ZIP_STORED).read_bytes())
    entry = data.index(b"PK\x01\x02")
    size = int.from_bytes(data[entry + 24 : entry + 28], "little")
    data[entry + 24 : entry + 28] = (size + 7).to_bytes(4, "little")
    (tmp_path / "given.zip").write_bytes(data)
    _refused(tmp_path / "given.zip", tmp_path, "damaged")


def test_a_zip_cut_at_any_place(made: Path, tmp_path: Path) -> None:
    with (tmp_path / "whole.zip").open("wb") as stream:
        pack(made, stream)
    whole = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "whole.zip").unlink()
    for cut in range(0, len(whole), max(1, len(whole) // 60)):
        (tmp_path / "cut.zip").write_bytes(whole[:cut])
        _refused(tmp_path / "cut.zip", tmp_path, "zip|damaged")


names = st.one_of(
    st.sampled_from(
        [
            "classifier.json",
            "vocabulary.json",
            "weights.npz",
            "../evil",
            "/tmp/evil",
            "weights.npz/",
            "a\\b",
            "CON",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def zips(draw: st.DrawFn, content: dict[str, bytes]) -> bytes:
    """Ours with one thing wrong with it, at least: a member, its name, its value, its size, or bytes of the whole."""
    members = list(content.items())
    at = draw(st.integers(0, 2))
    name, data = members[at]
    match draw(st.sampled_from(["name", "more", "less", "bytes", "value", "array"])):
        case "name":
            members[at] = (draw(names), data)
        case "more":
            members.append((draw(names), draw(st.binary(max_size=20))))
        case "less":
            del members[at]
        case "bytes":
            start = draw(st.integers(0, len(data)))
            end = start + draw(st.integers(0, 40))
            members[at] = (name, data[:start] + draw(st.binary(max_size=40)) + data[end:])
        case "value":
            name = draw(st.sampled_from(["classifier.json", "vocabulary.json"]))
            record = json.loads(content[name])
            inner = record
            while isinstance(inner, dict) and inner and draw(st.booleans()):
                key = draw(st.sampled_from(sorted(inner)))
                if not isinstance(inner[key], dict):
                    inner[key] = draw(values)
                inner = inner[key]
            if inner is record:
                record = draw(values)
            members = [(n, json.dumps(record).encode() if n == name else d) for n, d in members]
        case "array":
            shape = draw(st.lists(st.integers(0, 40), max_size=3))
            kind = draw(st.sampled_from(["f4", "f8", "i1", "S3", "c8"]))
            with np.load(io.BytesIO(content["weights.npz"])) as stored:
                arrays = {one: stored[one] for one in stored.files}
            arrays[draw(st.sampled_from(sorted(arrays)))] = np.zeros(shape, kind)
            stream = io.BytesIO()
            np.savez(stream, **arrays)
            members = [(n, stream.getvalue() if n == "weights.npz" else d) for n, d in members]
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")  # a name twice
        for one, inside in members:
            archive.writestr(one, inside)
    made = bytearray(stream.getvalue())
    if draw(st.booleans()):  # in the list at the end: sizes, times, places, flags
        at = draw(st.integers(max(0, len(made) - 300), len(made) - 1))
        made[at] = draw(st.integers(0, 255))
    return bytes(made)


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_is_wrong_with_a_zip_it_is_refused_with_a_sentence_or_read_and_nothing_is_written_outside(
    content: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    file, place = tmp_path / "given.zip", tmp_path / "place"
    file.write_bytes(data.draw(zips(content)))
    with contextlib.suppress(ClassifierError):
        assert len(unpack(file, place / "in").labels) == 3
        assert {one.name for one in (place / "in").iterdir()} == set(content)
        shutil.rmtree(place / "in")
    assert list(place.iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} <= {"given.zip", "place", "storage"}
