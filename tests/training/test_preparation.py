"""From news to what training reads: what the word index may know, and what is refused with a sentence."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import NewsFileError, SettingsError
from core.news.news import News
from core.settings.network import NetworkSettings
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings
from core.text.vocabulary import OOV_ID
from core.training.preparation import encode, folds_of, prepare, split_articles

LIGHT = RunSettings(network=NetworkSettings(vocabulary_size=1000, sequence_length=4))


def news(headlines: list[str], categories: list[str]) -> News:
    column = pd.Series(categories, dtype="category")
    table = pd.DataFrame({"headline": headlines, "short_description": "", "category": column})
    return News(table=table.assign(text=headlines, date=pd.NaT), fingerprint="0" * 64, name="made up")


def example(articles: int = 40) -> News:
    """Every headline holds a word of its own beside the shared ones."""
    headlines = [f"Same words {chr(97 + n % 26) * (2 + n // 26)} and a long end" for n in range(articles)]
    return news(headlines, ["ARTS", "SPORT", "TECH", "SPORT"] * (articles // 4))


def test_a_word_seen_only_in_held_out_text_is_unknown() -> None:
    given = example()
    data = prepare(given, LIGHT)
    own = [headline.lower().split()[2] for headline in given.table["headline"]]
    assert all(own[row] in data.vocabulary for row in data.split.training)
    held_out = np.concatenate([data.split.validation, data.split.test])
    assert len(held_out) == 12
    assert not any(own[row] in data.vocabulary for row in held_out)
    assert data.sequences.pad(held_out)[:, 2].tolist() == [OOV_ID] * 12
    assert OOV_ID not in data.sequences.take(data.split.training).ids


def test_every_article_is_numbered_cut_and_labelled_in_the_files_order() -> None:
    given = example()
    data = prepare(given, LIGHT)
    assert data.labels == ("ARTS", "SPORT", "TECH")
    assert [data.labels[number] for number in data.y] == given.table["category"].tolist()
    assert len(data.sequences) == 40
    assert data.sequences.lengths.tolist() == [4] * 40  # of 7 words
    first = int(data.split.training[0])
    words = given.table["headline"][first].lower().split()[:4]
    assert data.vocabulary.decode(data.sequences.pad(np.array([first]))[0].tolist()) == words
    assert data.majority == pytest.approx(0.5, abs=0.04)  # SPORT is every second article


def test_the_same_seed_prepares_the_same_and_another_does_not() -> None:
    given = example()
    first, same = prepare(given, LIGHT), prepare(given, LIGHT)
    other = prepare(given, replace(LIGHT, training=TrainingSettings(seed=2)))
    assert first.vocabulary == same.vocabulary
    assert first.split.test.tolist() == same.split.test.tolist()
    assert first.sequences.ids.tolist() == same.sequences.ids.tolist()
    assert first.split.test.tolist() != other.split.test.tolist()


def test_a_sample_is_drawn_once_from_the_whole_file() -> None:
    given = example(400)
    drawn = split_articles(given.table["category"], TrainingSettings(articles=100))
    assert len(drawn.rows) == len(set(drawn.rows.tolist())) == len(drawn.y) == 100
    assert drawn.rows.tolist() == sorted(drawn.rows.tolist())
    assert drawn.rows.max() > 300
    assert len(drawn.split.test) == 20
    data = prepare(given, replace(LIGHT, training=TrainingSettings(articles=100)))
    assert len(data.sequences) == 100
    assert [data.labels[number] for number in data.y] == given.table["category"][drawn.rows].tolist()
    everything = split_articles(given.table["category"], TrainingSettings(articles=10_000))
    assert len(everything.rows) == 400


def test_an_article_without_words_is_one_unknown_word() -> None:
    given = example()
    given.table.loc[0, ["headline", "text"]] = ""
    data = prepare(given, LIGHT)
    assert data.sequences.lengths[0] == 1
    assert data.sequences.pad(np.array([0])).tolist() == [[OOV_ID]]


def test_progress_names_the_stages_in_order() -> None:
    seen: list[tuple[str, float]] = []
    prepare(example(), LIGHT, lambda stage, share: seen.append((stage, share)))
    assert list(dict.fromkeys(stage for stage, _ in seen)) == [
        "cleaning",
        "counting words",
        "numbering words",
    ]
    assert all(0 <= share <= 1 for _, share in seen)
    assert seen[-1] == ("numbering words", 1.0)


def test_a_category_of_one_article_is_learnt_from() -> None:
    given = news([f"word{n} here" for n in range(30)], ["A"] * 14 + ["B"] * 15 + ["ALONE"])
    for seed in range(10):
        data = prepare(given, replace(LIGHT, training=TrainingSettings(seed=seed)))
        assert data.labels == ("A", "ALONE", "B")
        assert 29 in data.split.training


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (news(["a"] * 30, ["ONE"] * 30), "All articles are in one category, 'ONE'"),
        (news(["a"] * 30, ["X" * 100_000] * 30), "in one category, 'X{60}'"),
        (news(["a"] * 9, ["A", "B", "C"] * 3), "has 9 usable articles. Training needs at least 10"),
        (news(["a"], ["A"]), "has 1 usable article. "),
        (news(["a"] * 1001, [f"{n}" for n in range(1001)]), "1,001 categories; at most 1,000"),
    ],
)
def test_a_file_that_cannot_be_learnt_from_is_refused(given: News, message: str) -> None:
    with pytest.raises(NewsFileError, match=message):
        prepare(given, LIGHT)


def test_a_thousand_categories_are_not_too_many() -> None:
    given = news(["a b c"] * 3000, [f"{n % 1000}" for n in range(3000)])
    assert len(prepare(given, LIGHT).labels) == 1000


def test_settings_that_leave_nothing_are_refused() -> None:
    few = TrainingSettings(validation_share=0.01, test_share=0.01)
    with pytest.raises(SettingsError, match=r"leave none for the (validation|test) part"):
        prepare(example(12), replace(LIGHT, training=few))
    with pytest.raises(SettingsError, match=r"are all in one category\. Draw more"):
        prepare(example(), replace(LIGHT, training=TrainingSettings(articles=1)))
    stop_words = news(["the of", "and is"] * 20, ["A", "B"] * 20)
    with pytest.raises(SettingsError, match="After cleaning, no text has a word left"):
        prepare(stop_words, replace(LIGHT, cleaning=CleaningSettings.article()))
    nothing = news([""] * 40, ["A", "B"] * 20)  # the mark where the description begins is no word
    with pytest.raises(SettingsError, match="After cleaning, no text has a word left"):
        prepare(nothing, replace(LIGHT, cleaning=CleaningSettings.marked()))


@pytest.mark.long
@pytest.mark.slow
def test_the_real_file_has_the_articles_labels_and_words(real_news: News) -> None:
    data = prepare(real_news, RunSettings())
    assert len(data.sequences) == 180_768
    assert len(data.labels) == 41
    assert len(data.vocabulary) == RunSettings().network.vocabulary_size
    assert len(data.split.test) == pytest.approx(0.2 * 180_768, abs=1)
    counts = real_news.table["category"].value_counts()
    assert data.majority == pytest.approx(counts.max() / counts.sum(), abs=1e-4)


def test_a_network_of_characters_gets_an_index_of_characters() -> None:
    by_character = replace(LIGHT, network=replace(LIGHT.network, tokenization="characters"))
    words, as_characters = prepare(example(), LIGHT), prepare(example(), by_character)
    assert max(map(len, as_characters.vocabulary.words)) == 1
    assert "␣" in as_characters.vocabulary
    assert len(as_characters.vocabulary) < len(words.vocabulary)
    assert as_characters.sequences.lengths.max() <= by_character.network.sequence_length


def with_test_rows(given: News, *, articles: int) -> News:
    return replace(given, test_rows=articles)


def test_a_test_file_s_articles_are_the_test_part_and_nothing_else_is() -> None:
    headlines = [f"word{row}" for row in range(26)]
    categories = ["A", "B"] * 10 + ["B", "X", "A", "Y", "X", "B"]
    data = prepare(with_test_rows(news(headlines, categories), articles=6), LIGHT)
    assert data.labels == ("A", "B")
    assert data.rows[data.split.test].tolist() == [20, 22, 25]
    assert [data.labels[label] for label in data.y[data.split.test]] == ["B", "A", "B"]
    learnt = np.concatenate([data.split.training, data.split.validation])
    assert sorted(data.rows[learnt].tolist()) == list(range(20))
    assert len(data.split.validation) == round(20 * LIGHT.training.validation_share)
    assert data.test_left_out is not None
    assert [(group.category, group.rows) for group in data.test_left_out] == [("X", 2), ("Y", 1)]
    # The vocabulary is the training part's: no word of the test file is in it.
    assert {f"word{row}" for row in range(20, 26)}.isdisjoint(data.vocabulary.words)


def test_a_sample_is_drawn_from_the_file_that_is_learnt_from() -> None:
    given = news([f"word{row}" for row in range(60)], ["A", "B"] * 25 + ["A", "B"] * 5)
    settings = replace(LIGHT, training=replace(LIGHT.training, articles=20))
    data = prepare(with_test_rows(given, articles=10), settings)
    assert data.rows[data.split.test].tolist() == list(range(50, 60))
    assert len(data.rows) == 30
    assert data.rows[:20].max() < 50


def test_merged_categories_are_merged_in_the_test_file_too() -> None:
    given = news(["word"] * 36, ["A", "B", "C"] * 10 + ["A", "B", "C"] * 2)
    drawn = split_articles(
        given.table["category"], LIGHT.training, merged=(("A", "A or B"), ("B", "A or B")), test_rows=6
    )
    assert [drawn.labels[label] for label in drawn.y[drawn.split.test]] == ["A or B", "A or B", "C"] * 2


def test_a_test_file_of_other_categories_is_refused() -> None:
    given = news(["word"] * 24, ["A", "B"] * 10 + ["X", "Y"] * 2)
    with pytest.raises(NewsFileError, match=r"No article in the test file .*'X'.*'A'"):
        split_articles(given.table["category"], LIGHT.training, test_rows=4)


def test_without_a_test_file_nothing_is_said_of_one() -> None:
    assert prepare(example(), LIGHT).test_left_out is None


def test_the_folds_of_a_run_are_split_as_the_run_is() -> None:
    categories = example(100).table["category"]
    training = TrainingSettings(validation_share=0.1, test_share=0.2, folds=5)
    articles = split_articles(categories, training)
    parts = folds_of(articles, training, folds=5, with_test_file=False)
    assert [len(fold.split.test) for fold in parts] == [20] * 5
    assert [len(fold.split.validation) for fold in parts] == [10] * 5  # as many as the run has
    assert all(fold.rows.tolist() == articles.rows.tolist() for fold in parts)
    # The test file's articles are in no fold.
    parts = folds_of(
        split_articles(categories, training, test_rows=30), training, folds=5, with_test_file=True
    )
    assert all(fold.rows.tolist() == list(range(70)) for fold in parts)
    assert [len(fold.split.test) for fold in parts] == [14] * 5


def test_a_fold_knows_no_word_that_only_its_test_articles_have() -> None:
    given = example()
    texts = [headline.lower() for headline in given.table["headline"]]
    articles = split_articles(given.table["category"], LIGHT.training)
    for fold in folds_of(articles, LIGHT.training, folds=4, with_test_file=False):
        data = encode(texts, fold, LIGHT, lambda stage, share: None)
        own = [text.split()[2] for text in texts]
        assert all(own[row] in data.vocabulary for row in data.split.training)
        assert not any(own[row] in data.vocabulary for row in data.split.test)


def test_folds_that_cannot_be_are_refused_before_the_training() -> None:
    categories = example(12).table["category"]
    with pytest.raises(SettingsError, match="12 articles cannot be cut into 13 parts"):
        split_articles(categories, TrainingSettings(validation_share=0.3, folds=13))
    articles = split_articles(categories, TrainingSettings(validation_share=0.3))
    few = TrainingSettings(validation_share=0.01)
    with pytest.raises(SettingsError, match="Choose more folds, or a larger validation share"):
        folds_of(articles, few, folds=2, with_test_file=False)
