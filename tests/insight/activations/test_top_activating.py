"""What excites each unit, against a look at every text alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations import captions, top_activating
from core.insight.activations.top_activating import (
    ENDS,
    MIN_OCCURRENCES,
    TOP_EXAMPLES,
    UnitActivations,
    compute_artifact,
    top_activating_arrays,
    unit_states,
)
from core.insight.activations.trace import LayerLocation, layer_locations
from core.model.classifier import Classifier
from core.model.forward import Forward, forward
from core.settings.network import RecurrentLayer
from core.text.sequences import Sequences
from tests.insight.word_maps import save_with_map, tiny_classifier
from tests.present import present


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return tiny_classifier(
        layers=(RecurrentLayer(units=3), RecurrentLayer(units=2, bidirectional=False)), ensemble_size=2
    )


@pytest.fixture(scope="module")
def texts() -> Sequences:
    rng = np.random.default_rng(4)
    return Sequences.from_lists([rng.integers(1, 30, rng.integers(1, 12)).tolist() for _ in range(60)])


@pytest.fixture(scope="module")
def traces(classifier: Classifier, texts: Sequences) -> list[Forward]:
    """What is computed for each text alone."""
    return [
        forward(classifier.weights, classifier.network, texts.pad(np.array([row])))
        for row in range(len(texts))
    ]


def one_by_one(
    traces: list[Forward], texts: Sequences, place: LayerLocation, unit: int
) -> list[tuple[float, int, int, int]]:
    """(state, text, word's place, word id) at every word of every text."""
    found = []
    for row, trace in enumerate(traces):
        (ids,) = texts.pad(np.array([row]))
        states = place.trace_in(trace).states[0, :, unit]
        found += [(float(state), row, at, int(ids[at])) for at, state in enumerate(states)]
    return found


@pytest.mark.parametrize("size", [7, 256])
def test_the_articles_and_words_of_each_end(
    classifier: Classifier,
    texts: Sequences,
    traces: list[Forward],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    monkeypatch.setattr(top_activating, "batch_rows", lambda network, timesteps: size)
    classifier.save(tmp_path / "c")
    artifacts.write(tmp_path / "c", top_activating.NAME, top_activating_arrays(classifier, texts))
    found = UnitActivations.load(tmp_path / "c", classifier)
    assert {place for place, _ in found.ends} == set(layer_locations(classifier.network))
    for (place, end), shown in found.ends.items():
        sign = 1 if end == "high" else -1
        articles, positions = present(shown.articles), present(shown.positions)
        values = present(shown.values)
        for unit in range(classifier.network.layers[place.layer].units):
            all_words = one_by_one(traces, texts, place, unit)
            best: dict[int, tuple[float, int]] = {}
            for state, row, at, _ in all_words:
                if row not in best or sign * state > sign * best[row][0]:
                    best[row] = (state, at)
            top = sorted((sign * state for state, _ in best.values()), reverse=True)[:TOP_EXAMPLES]
            assert sign * values[unit] == pytest.approx(top, abs=1e-6)
            rows = articles[unit].tolist()
            assert len(set(rows)) == TOP_EXAMPLES
            assert [best[row][0] for row in rows] == pytest.approx(values[unit], abs=1e-6)
            assert [best[row][1] for row in rows] == positions[unit].tolist()
            means = {
                word: np.mean([state for state, *_, one in all_words if one == word])
                for word in range(2, 30)
                if sum(one == word for *_, one in all_words) >= MIN_OCCURRENCES
            }
            liked = sorted((sign * mean for mean in means.values()), reverse=True)[:TOP_EXAMPLES]
            assert sign * shown.means[unit] == pytest.approx(liked, abs=1e-5)
            words = shown.words[unit].tolist()
            assert [means[word] for word in words] == pytest.approx(shown.means[unit], abs=1e-5)
            assert len(set(words)) == len(words)


def test_without_articles_the_words_remain(classifier: Classifier, texts: Sequences, tmp_path: Path) -> None:
    classifier.save(tmp_path / "c")
    arrays = {
        name: one
        for name, one in top_activating_arrays(classifier, texts).items()
        if not name.endswith(top_activating.ARTICLE_ARRAYS)
    }
    artifacts.write(tmp_path / "c", top_activating.NAME, arrays)
    shown = UnitActivations.load(tmp_path / "c", classifier).ends[LayerLocation(), "high"]
    assert shown.articles is None
    assert shown.positions is None
    assert shown.values is None
    assert shown.words.shape == shown.means.shape == (3, TOP_EXAMPLES)


def test_few_words_and_no_text_at_all(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path / "c")
    for texts, articles in ((Sequences.from_lists([[2, 3]]), 1), (Sequences.from_lists([]), 0)):
        artifacts.write(tmp_path / "c", top_activating.NAME, top_activating_arrays(classifier, texts))
        shown = UnitActivations.load(tmp_path / "c", classifier).ends[LayerLocation(), "low"]
        assert present(shown.articles).shape == (3, articles)
        assert shown.words.shape == (3, 0)  # none stands there OFTEN


@pytest.mark.parametrize("size", [2, 256])
def test_a_word_counts_from_five_times_on_and_of_equal_articles_the_first_comes_first(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(top_activating, "batch_rows", lambda network, timesteps: size)
    classifier.save(tmp_path / "c")
    # Five times 2, four times 3; an even number, since a text alone in its batch is rounded otherwise.
    texts = Sequences.from_lists([[2], [3], [2], [3], [2], [3], [2], [3], [2], [4]])
    artifacts.write(tmp_path / "c", top_activating.NAME, top_activating_arrays(classifier, texts))
    for shown in UnitActivations.load(tmp_path / "c", classifier).ends.values():
        assert (shown.words == 2).all()
        assert shown.words.shape[1] == 1
        for rows in present(shown.articles).tolist():
            assert [row for row in rows if row % 2 == 0] == [0, 2, 4, 6, 8]
            assert [row for row in rows if row in (1, 3, 5, 7)] == [1, 3, 5, 7]


def test_the_study_is_of_the_test_part(tmp_path: Path) -> None:
    classifier = tiny_classifier()
    folder = save_with_map(classifier, tmp_path / "c", computed=False)
    from core.insight.evaluation.held_out import HeldOut

    test = HeldOut.load(folder, categories=3).test
    said = []
    arrays = compute_artifact(folder, lambda stage, share: said.append((stage, share)))
    again = top_activating_arrays(classifier, present(test.sequences))
    assert arrays.keys() == again.keys()
    assert all(np.array_equal(arrays[name], again[name]) for name in again)
    assert said[-1] == ("reading the test articles", 1.0)
    bare = replace(test, sequences=None, articles=None)
    replace(HeldOut.load(folder, categories=3), test=bare).save(folder)
    with pytest.raises(AnalysisError, match="not kept with this classifier"):
        compute_artifact(folder, lambda stage, share: None)


def test_one_that_does_not_fit_is_set_aside(classifier: Classifier, texts: Sequences, tmp_path: Path) -> None:
    arrays = top_activating_arrays(classifier, texts)
    first = f"0/0/forward/{ENDS[0]}"
    for odd in (
        {"schema": np.array(99)},
        {f"{first}/words": arrays[f"{first}/words"] + 10_000},
        {f"{first}/values": arrays[f"{first}/values"][:1]},
        {f"{first}/values": arrays[f"{first}/values"][:, :1]},
        {f"{first}/articles": arrays[f"{first}/articles"] - 1_000},
        {f"{first}/places": arrays[f"{first}/places"] - 1_000},
        {f"{first}/means": arrays[f"{first}/means"] * np.nan},
    ):
        classifier.save(tmp_path / "c")
        artifacts.write(tmp_path / "c", top_activating.NAME, arrays | odd)
        with pytest.raises(AnalysisError, match="set aside"):
            UnitActivations.load(tmp_path / "c", classifier)
        assert not artifacts.artifact_path(tmp_path / "c", top_activating.NAME).exists()


def test_a_unit_in_the_articles_that_excite_it_and_in_words(
    classifier: Classifier, texts: Sequences, tmp_path: Path
) -> None:
    classifier.save(tmp_path / "c")
    artifacts.write(tmp_path / "c", top_activating.NAME, top_activating_arrays(classifier, texts))
    found = UnitActivations.load(tmp_path / "c", classifier)
    place = LayerLocation(member=1, layer=0, backward=True)
    high, low = found.ends[place, "high"], found.ends[place, "low"]
    articles, positions, values = present(high.articles), present(high.positions), present(high.values)
    read = unit_states(classifier, place, 2, texts.take(articles[2]))
    assert [activations[at] for activations, at in zip(read, positions[2], strict=True)] == pytest.approx(
        values[2], abs=1e-6
    )
    assert [len(activations) for activations in read] == texts.lengths[articles[2]].tolist()
    assert unit_states(classifier, place, 2, texts.take(np.array([], int))) == []
    words = classifier.vocabulary.words
    most, least = words[high.words[2, 0] - 2], words[low.words[2, 0] - 2]
    assert captions.unit(high, low, 2, words) == (
        f"Among words that are frequent in the test articles, unit 3 is highest after “{most}”, "
        f"{high.means[2, 0]:+.2f} on average and lowest after “{least}”, {low.means[2, 0]:+.2f} on average."
    ).replace("-", "−")
    few = replace(high, words=high.words[:, :0], means=high.means[:, :0])
    assert "No word occurs 5 times in the test part" in captions.unit(few, few, 2, words)
    assert captions.unit(high, low, 2, words, token_name="character").startswith(
        "Among characters that are frequent"
    )
