"""The readers under a fuzzer that watches which lines of ``core/`` run, and keeps what reaches new ones (atheris).

``benchmarks.fuzz --guided`` starts it in a process of its own for each of the two readers:
``python -m benchmarks.guided news|zip FOLDER SECONDS SEED INPUTS``; so many INPUTS take as long as they take, with -1
the SECONDS count. Atheris must see the modules while they are imported, and
its loop ends the process. What it finds lies in FOLDER afterwards: ``stats.json``, and each input that failed under
its failure's number. Linux only.

For the zip an input's first byte says what the rest is: z a zip, m the members of one, parted by ``BETWEEN``. Damage
within a packed member would only meet its checksum, so m packs the members anew.
"""

import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["core"]):
    from benchmarks import fuzz

BETWEEN = b"\n====\n"
MOST = 20_000  # bytes of an input


def seeds(reader: str) -> list[bytes]:
    """Good small files, and what readers trip over."""
    with tempfile.TemporaryDirectory() as folder:
        whole, members = fuzz.classifier_files(Path(folder))
    array = fuzz.members_of(members["weights.npz"])
    parts = [members["classifier.json"], members["vocabulary.json"], next(iter(array.values()))]
    if reader == "news":
        return fuzz.news_files()
    return [
        b"z" + whole,
        b"m" + BETWEEN.join(parts),
        b"m" + BETWEEN.join([*parts, b"../evil"]),
    ]


def packed(given: bytes, members: dict[str, bytes]) -> bytes:
    """The zip of a card, a word index, the first array of the weights and one name more, as far as they are given."""
    card, words, array, extra = [*given.split(BETWEEN, 3), None, None, None][:4]
    arrays = fuzz.members_of(members["weights.npz"])
    if array is not None:
        arrays[next(iter(arrays))] = array
    content = {
        "classifier.json": card or b"",
        "vocabulary.json": members["vocabulary.json"] if words is None else words,
        "weights.npz": fuzz.zipped(arrays),
    }
    if extra is not None:
        content[extra.decode("utf-8", "replace")] = b"x"
    return fuzz.zipped(content)


def main() -> None:
    reader, folder, (seconds, seed, inputs) = sys.argv[1], Path(sys.argv[2]), map(int, sys.argv[3:])
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, one in enumerate(seeds(reader)):
        (corpus / f"seed{number}").write_bytes(one)
    with tempfile.TemporaryDirectory() as outer:
        trial = fuzz.Trial(Path(outer))
        began = told = time.monotonic()

        def try_one(data: bytes) -> None:
            nonlocal told
            before = len(trial.failures)
            if reader == "news":
                trial.news(data)
            elif data[:1] == b"z":
                trial.zip(data[1:])
            elif data[:1] == b"m":
                trial.zip(packed(data[1:], trial.members))
            else:
                return
            if len(trial.failures) > before and before < 100:
                (folder / f"failed{before}").write_bytes(data)
            now = time.monotonic()
            if inputs > 0 or now - told > 1 or now - began > seconds:
                told = now
                (folder / "stats.json").write_text(json.dumps(trial.found()))

        words = folder / "words.txt"
        words.write_text("".join(f'"{_quoted(one)}"\n' for one in fuzz.ODD if 0 < len(one) < 60))
        atheris.Setup(
            [
                sys.argv[0],
                str(corpus),
                f"-dict={words}",
                f"-runs={inputs}" if inputs > 0 else f"-max_total_time={seconds}",
                f"-max_len={MOST}",
                f"-seed={seed}",
                f"-artifact_prefix={folder}/",
                "-rss_limit_mb=4096",
                "-timeout=60",
                "-verbosity=0",
            ],
            try_one,
        )
        with contextlib.redirect_stderr(io.StringIO()):
            atheris.Fuzz()


def _quoted(word: bytes) -> str:
    """As libFuzzer's dictionaries have it."""
    return "".join(f"\\x{byte:02X}" for byte in word)


if __name__ == "__main__":
    main()
