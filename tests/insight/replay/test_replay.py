"""A replay of four moments counted by hand; accuracies and matrices against scikit-learn; words against its PCA."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from core.errors import RunError
from core.insight.replay import captions
from core.insight.replay.replay import Replay
from core.training import snapshots
from tests.insight.run_snapshots import HEADER, MOMENTS, random_snapshots, write_snapshots


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    return Replay.load(write_snapshots(tmp_path))


def test_answers_and_changes_of_mind(replay: Replay) -> None:
    assert replay.truth.tolist() == [0, 1]
    assert replay.answers.tolist() == [[2, 2], [0, 2], [0, 1], [2, 1]]
    assert replay.right.tolist() == [[False, False], [True, False], [True, True], [False, True]]
    assert replay.changes.tolist() == [[False, False], [True, False], [False, True], [True, False]]
    # Two that are as likely: what was answered stands first.
    assert [label for label, _ in replay.ranking(1, 1)] == ["SPORT", "SPACE", "FOOD"]
    assert replay.ranking(2, 0) == [("FOOD", 0.75), ("SPACE", 0.125), ("SPORT", 0.125)]


def test_accuracies_and_matrices(replay: Replay) -> None:
    assert [replay.accuracy(at) for at in range(4)] == [0.25, 0.75, 4 / 6, 5 / 6]
    assert replay.confusion(0).tolist() == [[0, 0, 1], [0, 0, 2], [0, 0, 1]]
    assert replay.confusion(3).tolist() == [[1, 0, 1], [0, 2, 0], [0, 0, 2]]
    fixed, moments = random_snapshots(41)
    replayed = Replay.of(fixed, list(moments))
    for at in range(len(replayed)):
        y, predictions = replayed.measured(at)
        assert (replayed.confusion(at) == confusion_matrix(y, predictions, labels=range(41))).all()
        assert replayed.accuracy(at) == accuracy_score(y, predictions)
        shares, articles = replayed.recall(at)
        np.testing.assert_allclose(
            shares, recall_score(y, predictions, labels=range(41), average=None, zero_division=0)
        )
        assert articles.tolist() == replayed.confusion(at).sum(axis=1).tolist()


def test_all_moments_stand_on_the_last_ones_axes(replay: Replay) -> None:
    """So that a row that stands still stands still on the map, and nothing turns by itself."""
    last = replay.moments[-1].embedding.astype(np.float64)
    theirs = PCA(2).fit(last)
    for at, one in enumerate(replay.moments):
        expected = (one.embedding - last.mean(axis=0)) @ theirs.components_.T
        signs = np.sign((theirs.components_ * replay.axes.directions).sum(axis=1))
        np.testing.assert_allclose(replay.points[at], expected * signs, atol=1e-6)
    still, moving = [1, 2], [0, 3]  # soup and comet between the last two moments; 16 bits a number
    np.testing.assert_allclose(replay.points[3][still], replay.points[2][still], atol=2e-3)
    assert np.linalg.norm(replay.points[3][3] - replay.points[2][3]) > 0.4
    assert replay.shares(3) == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-6)
    np.testing.assert_allclose(replay.moved(1)[moving], [1.9, 0.9], atol=2e-3)
    assert replay.moved(0).tolist() == [0, 0, 0, 0]


def test_neighbours_of_a_moment(replay: Replay) -> None:
    assert replay.neighbours(3, 0, most=1) == ["match"]  # the two rows point the same way
    assert len(replay.neighbours(3, 0)) == 3


def test_damaged_ones_are_passed_over_and_said(tmp_path: Path) -> None:
    folder = write_snapshots(tmp_path)
    snapshots.snapshot_path(folder, (1, 0)).write_bytes(b"PK no more")
    replayed = Replay.load(folder)
    assert [one.moment for one in replayed.moments] == [(0, 0), (0, 2), (2, 0)]
    assert len(replayed.passed_over) == 1
    assert "001-0000000.npz is damaged" in replayed.passed_over[0]


def test_one_that_was_thinned_away_while_this_reads_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_snapshots(tmp_path)
    stored = snapshots.moments(folder)
    snapshots.snapshot_path(folder, (1, 0)).unlink()
    monkeypatch.setattr(snapshots, "moments", lambda folder: stored)
    replayed = Replay.load(folder)
    assert len(replayed.moments) == len(stored) - 1
    assert not replayed.passed_over


def test_where_none_can_be_read_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no fixed\.npz"):
        Replay.load(tmp_path)
    folder = write_snapshots(tmp_path, moments=())
    with pytest.raises(RunError, match="no snapshots yet"):
        Replay.load(folder)
    write_snapshots(tmp_path, moments=MOMENTS[:1])
    snapshots.snapshot_path(folder, (0, 0)).write_bytes(b"")
    with pytest.raises(RunError, match="damaged"):
        Replay.load(folder)


def test_moments_in_words(replay: Replay) -> None:
    assert [captions.moment(replay, at) for at in range(4)] == [
        "Before anything is learnt",
        "After 2 batches, 20 articles read",
        "End of epoch 1",
        "End of epoch 2",
    ]
    assert captions.accuracy(replay, 1) == "right for 75.0\u00a0% of 4 unseen articles of 6"
    assert captions.accuracy(replay, 2) == "right for 66.7\u00a0% of 6 unseen articles"


def test_headlines_in_words(replay: Replay) -> None:
    assert captions.headlines(replay) == (
        "2 of 2 headlines change their answer, at most twice; 1 is right at the last snapshot, and 1 is wrong there "
        "that was right before."
    )
    assert [captions.predictions(replay, at) for at in range(4)] == [
        "0 of 2 headlines are right. Nothing is learnt yet. The network answers 1 category at random.",
        "1 of 2 headlines is right. 1 has a different answer since the last snapshot: 1 now right.",
        "2 of 2 headlines are right. 1 has a different answer since the last snapshot: 1 now right.",
        "1 of 2 headlines is right. 1 has a different answer since the last snapshot: 1 no longer right.",
    ]
    assert captions.headline(replay, 0) == (
        "Its category is FOOD. Its answer changes twice. It is SPORT since the end of epoch 2. That is wrong, "
        "though it was right "
        "before."
    )
    assert captions.headline(replay, 1) == (
        "Its category is SPACE. Its answer changes once. It is SPACE since the end of epoch 1."
    )
    later = Replay.of(HEADER, list(MOMENTS[1:3]))
    assert captions.headlines(later) == (
        "1 of 2 headlines changes its answer, at most once; 2 are right at the last snapshot."
    )
    still = Replay.of(HEADER, [MOMENTS[2], MOMENTS[2]])
    assert captions.headlines(still) == ("No headline changes its answer; 2 are right at the last snapshot.")
    lucky = Replay.of(
        HEADER, [replace(MOMENTS[0], predictions=np.array([0, 2, 2, 2], np.uint16)), MOMENTS[3]]
    )
    assert captions.headlines(lucky).endswith("; 1 is right at the last snapshot.")
    assert captions.headline(lucky, 0).endswith("SPORT since the end of epoch 2. That is wrong.")
    single_snapshot = Replay.of(HEADER, [MOMENTS[0]])
    assert (
        captions.headlines(single_snapshot)
        == "There is one snapshot so far, in which 0 of 2 headlines are right."
    )
    assert captions.headline(single_snapshot, 0) == "Its category is FOOD. All snapshots call it SPORT."


def test_words_in_words(replay: Replay) -> None:
    assert captions.words(replay, 0) == "The vectors of the words have an average length of 0.10."
    # (4 + 2 + 0.1 + 3.5) / 4 = 2.4, and they were 0.1.
    assert captions.words(replay, 3) == (
        "The vectors of the words have an average length of 2.40, 24.0 times the length at the start. Moved furthest "
        "since the last snapshot: “match”."
    )
    # goal, soup, comet, match go 1.9 + 2, 0.9 + 1, 0, 0.9 + 2 + 0.5.
    assert captions.word(replay, 0) == "“goal” moves further than 100.0\u00a0% of the other words."
    assert captions.word(replay, 3) == "“match” moves further than 66.7\u00a0% of the other words."
    # Of 9.2 in all, 2 + 1 + 2 between batch 2 and the end of epoch 1.
    assert "between batch 2 and the end of epoch 1: 54.3\u00a0% of the whole way" in captions.word_map(replay)
    still = Replay.of(HEADER, [MOMENTS[2], MOMENTS[2]])
    assert captions.word_map(still).endswith("No word has moved.")
    assert captions.words(still, 1).endswith("No word has moved since the last snapshot.")
    assert captions.word(still, 0) == "“goal” has not moved."


def test_confusion_in_words(replay: Replay) -> None:
    assert captions.confusion(replay, 0) == (
        "The network answers 1 of 3 categories at least once. For 1 of the 3 that occur here, the correct name is "
        "the most frequent answer."
    )
    assert captions.recall(replay) == (
        "No category has 20 articles at the last snapshot, too few to say which are found."
    )
    fixed, moments = random_snapshots(3)
    certain = Replay.of(fixed, list(moments))
    assert (certain.confusion(2).diagonal() / 40 > 0.5).all()
    assert captions.recall(certain).startswith(
        "At the last snapshot 3 of 3 categories with 20 articles or more are found in more than half of them. "
        "CATEGORY 0, CATEGORY 1 and CATEGORY 2 have been for the longest: since batch 1. From then on, most articles "
        "with such an answer are right."
    )


def test_a_name_that_everything_is_called_by_has_not_found_its_category() -> None:
    """Before anything is learnt all is CATEGORY 1, and after one batch too: each of its articles is found."""
    fixed, (before, batch, end) = random_snapshots(3)
    same = np.ones(len(fixed.sample), np.uint16)
    replay = Replay.of(fixed, [replace(before, predictions=same), replace(batch, predictions=same), end])
    assert replay.recall(0)[0].tolist() == replay.recall(1)[0].tolist() == [0, 1, 0]
    assert (
        "CATEGORY 0, CATEGORY 1 and CATEGORY 2 have been for the longest: since the end of epoch 1"
        in captions.recall(replay)
    )
    # At the end as well: most are found, but only a third of what is called so is so.
    all_of_one = replace(end, predictions=np.ones(len(fixed.y), np.uint16), accuracy=1 / 3)
    assert captions.recall(Replay.of(fixed, [before, all_of_one])) == (
        "At the last snapshot 1 of 3 categories with 20 articles or more is found in more than half of them."
    )
