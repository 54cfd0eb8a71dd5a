"""The parts of the chapter on vectors: whose rows are shown, the two words, neighbours, the lookup, the sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import ClassifierError
from core.insight.lessons.random_embeddings import FARTHEST
from core.insight.lessons.vectors import compute
from core.insight.lessons.vectors.compute import BYTES, ONE_HOT_DISTANCE, Distance, WordVectors
from core.insight.word_map.word_map import WordMap
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.settings.run import InitialVectors
from core.text.cleaning import clean
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import FIRST_WORD_ID
from pages import caches
from pages.learn.chapters import EXAMPLE, Answer, Material, Question
from pages.wording import count, distinct, literal, plain, size
from pages.words.word_index import round_numbers

_NEAREST = 5
_AROUND = 2  # rows of the table shown above and below the word's
_COLUMNS = 4  # numbers of a row shown
_DIGITS = (1, 2, 3, 5)  # steps of the slider


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whose rows are looked at.

    Attributes:
        words: to choose from, at least two if the word index has them.
        sentence: words of the visitor's sentence.
        map: None where nothing is learnt yet.
        started: the word vectors that the rows began with; None where all began at random.
        piece: what one of the words is called.
        said: whose rows these are; Markdown.
    """

    rows: WordVectors
    words: list[str]
    sentence: int
    map: WordMap | None
    started: InitialVectors | None
    piece: str
    said: str

    @property
    def of_rows(self) -> str:
        """What the picture of the rows shows; plain text."""
        index = len(self.rows.vocabulary)
        how = "which training has set" if self.rows.learnt else "drawn at random"
        if self.started and self.started.frozen:
            how = f"those of {self.started.name} where it has the {self.piece}, else set by training"
        return (
            f"One-hot, {count(index - 1)} of a {self.piece}'s {count(index)} numbers are 0. The short row has "
            f"{count(self.rows.size)} numbers, {how}: green above 0, purple below."
        )


def at_hand(material: Material) -> Shown:
    """The rows of the visitor's classifier or the starter; where there is none, random ones for the file's words."""
    visit, started, piece = material.visit, None, "word"
    try:
        loaded = visit.classifier()
    except ClassifierError as error:
        study = material.studied()
        rows = WordVectors.random(study.vocabulary)
        words, example = (
            clean(text, visit.settings.cleaning).split() for text in (material.sentence, EXAMPLE)
        )
        shown, whose = (
            None,
            f"{literal(str(error))} So these rows are drawn at random: nothing is learnt in them.",
        )
    else:
        classifier = loaded.classifier
        rows = WordVectors(
            vocabulary=classifier.vocabulary, embedding=classifier.weights["embedding"], learnt=True
        )
        words, example = (list(classifier.words_of(text)) for text in (material.sentence, EXAMPLE))
        whose = "The rows are the starter's"
        if loaded.run:
            started, whose = loaded.run.settings.vectors, "The rows are those of your own classifier"
        shown = caches.word_map(loaded)
        if classifier.network.tokenization == "characters":
            piece = "character"
            whose += ", one for each character"
        whose += "."
        if (ensemble_size := classifier.network.ensemble_size) > 1:
            whose += f" It has {ensemble_size} readers with a table each; these are of the first."
    known = rows.known(words)
    words = [word for word in words if word != SEPARATOR]
    if new := len(dict.fromkeys(words)) - len(known):
        whose += f" {count(new)} of your {piece}s {'is' if new == 1 else 'are'} not in its word index."
    if len(known) < 2:
        whose += " So here are others to choose from."
    offered = known if len(known) > 1 else rows.known([*known, *example, *rows.vocabulary.words[:10]])
    return Shown(
        rows=rows, words=offered, sentence=len(words), map=shown, started=started, piece=piece, said=whose
    )


def two_words(shown: Shown) -> tuple[str, str]:
    """Draw both choices; to begin with, the two rarest words, which say most."""
    rarest = sorted(shown.words, key=shown.rows.token_id, reverse=True)
    first = _choice("A word", shown.words, rarest[0], "lesson_first")
    others = [word for word in shown.words if word != first]
    start = next(word for word in rarest if word != first)
    return first, _choice("Another word", others, start, "lesson_second")


def _choice(label: str, words: list[str], start: str, key: str) -> str:
    if st.session_state.get(key) not in words:  # of a sentence that was typed before
        st.session_state[key] = start
    names = distinct({word: plain(word) for word in words})
    chosen: str = st.selectbox(label, words, format_func=names.__getitem__, key=key, persist_state="session")
    return chosen


def neighbours(shown: Shown, word: str) -> None:
    """Who is near by cosine: one-hot nobody, before training by chance, after training by what it learnt."""
    st.markdown(f"**Nearest to “{literal(word)}”, by cosine**")
    if shown.map is None:
        st.caption("Among rows drawn at random who is near is chance. Train a network, and it is seen here.")
        return
    number, decode = shown.rows.token_id(word), shown.rows.vocabulary.decode
    after = shown.map.neighbours(number, most=_NEAREST)
    earlier, kept = compute.initial_neighbours(shown.map, number, most=_NEAREST)
    columns = {}
    for name, near in (("before training", earlier), ("after training", after)):
        columns[name] = [plain(one) for one in decode(at for at, _ in near)]
        columns[f"cosine {name.split()[0]}"] = [f"{cosine:.2f}" for _, cosine in near]
    st.dataframe(pd.DataFrame(columns), hide_index=True, height="content")
    st.caption(
        f"One-hot there is no nearest {shown.piece}: every cosine is 0. {_before_training(shown, kept=kept)} Training "
        f"brings {shown.piece}s together that help to tell the same categories."
    )


def _before_training(shown: Shown, *, kept: bool) -> str:
    """What the rows were before training; Markdown."""
    at_random = f"random numbers from -{FARTHEST} to {FARTHEST}"
    if not kept:
        return (
            f"Before training the rows are {at_random}, drawn anew here, since this classifier's own first rows were "
            "not kept: who is near is chance."
        )
    if shown.started:
        stays = ", and those stay as they are" if shown.started.frozen else ""
        return (
            f"Before training the rows of the words that {literal(shown.started.name)} has are taken from it{stays}; "
            f"the others are {at_random}."
        )
    return f"Before training the rows are {at_random}: who is near is chance."


def table_times_one_hot(rows: WordVectors, word: str) -> None:
    """The one-hot row beside the table, some rows of it, and their product: the word's own row."""
    st.markdown(f"**One-hot times the table is the row of “{literal(word)}”**")
    number, columns = rows.token_id(word), min(rows.size, _COLUMNS)
    first = max(0, min(number - _AROUND, len(rows.embedding) - 2 * _AROUND - 1))
    shown = range(first, min(first + 2 * _AROUND + 1, len(rows.embedding)))
    found = compute.one_hot_product(rows.embedding, number)
    lines = [
        [
            count(at),
            plain(rows.vocabulary.decode([at])[0]) or "padding",
            str(int(at == number)),
            *rows.embedding[at],
        ]
        for at in shown
    ]
    lines.append(["", "product", "", *found])
    names = ["number", "word", "one-hot", *(str(place) for place in range(1, rows.size + 1))]
    table = pd.DataFrame(
        [[*line[:3], *(f"{one:.2f}" for one in line[3 : 3 + columns])] for line in lines],
        columns=names[: 3 + columns],
    )
    st.dataframe(table, hide_index=True, height="content")
    apart = float(np.abs(found - rows.embedding[number]).max())
    st.caption(
        f"Every row is multiplied by its one-hot number and all are added: {count(len(rows.embedding) - 1)} rows by 0, "
        f"one by 1. The product and the row are {apart:g} apart. So the layer multiplies nothing and takes row "
        f"{count(number)} at once. The first {columns} of {rows.size} numbers are shown."
    )


def sizes(material: Material, shown: Shown) -> None:
    """How many numbers and bytes it takes both ways, by the size of the index."""
    bounds, index = limits(NetworkSettings, "vocabulary_size"), len(shown.rows.vocabulary)
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.markdown("**What it takes**")
        chosen = st.select_slider(
            f"{shown.piece.capitalize()}s in the index",
            round_numbers(max(FIRST_WORD_ID, int(bounds.low)), int(bounds.high), index, _DIGITS),
            index,
            format_func=count,
            key=f"lesson_index/{index}",
            persist_state="session",
        )
        st.caption(
            f"{BYTES} bytes a number. Each more {shown.piece} makes every one-hot row one number longer; a learnt row "
            f"keeps its {count(shown.rows.size)}, and the table gets one row more."
        )
    texts = [(f"one {shown.piece}", 1), ("your sentence", shown.sentence)]
    if shown.piece == "word":
        texts.append((plain(material.source), material.studied().token_count))
    found = compute.storage_sizes(vocabulary_size=chosen, dimensions=shown.rows.size, texts=texts)
    table = pd.DataFrame(
        {
            "": [
                f"{one.name}, {count(one.words)} {shown.piece}s" if one.words > 1 else one.name
                for one in found
            ]
            + ["the table, once"],
            "one-hot": [_amount(one.one_hot) for one in found] + ["none"],
            "embedding": [_amount(one.embedding) for one in found] + [_amount(chosen * shown.rows.size)],
        }
    )
    with right:
        st.dataframe(table, hide_index=True, height="content")


def _amount(numbers: int) -> str:
    return f"{count(numbers)} = {size(numbers * BYTES)}"


def question(shown: Shown, first: str, second: str, found: Sequence[Distance]) -> Question:
    """Whether one-hot rows know who is near whom; with this pair's figures."""
    rows, one, other = shown.rows, plain(first), plain(second)
    nearest, farthest = found[0], found[-1]
    learnt = ""
    if rows.learnt and len(found) > 1:
        learnt = (
            f" There “{one}” is {nearest.distance:.2f} from “{plain(nearest.word)}” and {farthest.distance:.2f} from "
            f"“{plain(farthest.word)}”."
        )
    return Question(
        ask=f"One-hot, “{one}” is {ONE_HOT_DISTANCE:.2f} from “{other}”. How far is it from any other word?",
        answers=(
            Answer(
                text="Nearer, if the two mean nearly the same",
                why="This confuses one-hot rows with learnt ones. A one-hot row holds the word's number and nothing of "
                f"its meaning; nearness in meaning is what the learnt rows bring.{learnt}",
            ),
            Answer(
                text="Nearer, if their numbers are close",
                why=f"This takes the number for an amount. “{one}” is number {count(rows.token_id(first))} and "
                f"“{other}” "
                f"{count(rows.token_id(second))}: it only says where in the row the 1 stands. The 1 stands in another "
                "place or it does not; how many zeros lie between makes no difference.",
            ),
            Answer(
                text=f"Just as far, {ONE_HOT_DISTANCE:.2f}, whichever word it is",
                why="Two one-hot rows differ in two places, by 1 each, and the root of 1 + 1 is "
                f"{ONE_HOT_DISTANCE:.2f}. So by one-hot rows all words are equally strange to one another.",
                right=True,
            ),
            Answer(
                text="Farther, the more words the index has",
                why="This confuses the size of a row with a distance. More words add zeros to both rows, and between "
                "zero and zero there is nothing. What grows is the space that the rows take.",
            ),
        ),
    )
