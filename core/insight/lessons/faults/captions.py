"""The six faults with their code before and after the fix, and sentences on their effect.

Plain text, or Markdown where it says so.
"""

from dataclasses import dataclass

import numpy as np

from core.insight.dataset.cleaning_effect import WordCounts
from core.insight.lessons.embedding_layer.captions import TUTORIAL_NAME
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults.compute import FaultName, PaddingEffect, Seams, non_empty_texts
from core.insight.lessons.faults.loop_timing import LoopTiming
from core.insight.lessons.overfitting.compute import History
from core.insight.wording import percent
from core.training.early_stopping import EarlyStop


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; ``printed`` and ``mended`` are the shortened lines of code before and after the fix."""

    name: FaultName
    title: str
    printed: str
    mended: str


FAULTS: tuple[Fault, ...] = (
    Fault(
        name="join",
        title="Joined without a blank",
        printed='df["headline"] + df["short_description"]',
        mended='df["headline"] + " " + df["short_description"]',
    ),
    Fault(
        name="patterns",
        title="Patterns without their backslashes",
        printed='re.sub("s+", " ", text)\nre.sub("d+", "", text)\nre.sub("[^ws]", "", text)',
        mended='re.sub(r"\\s+", " ", text)\nre.sub(r"\\d+", "", text)\nre.sub(r"[^\\w\\s]", "", text)',
    ),
    Fault(
        name="lemma",
        title="The lemma is never kept",
        printed="lemmatizer.lemmatize(word)",
        mended="sentence.append(lemmatizer.lemmatize(word))",
    ),
    Fault(
        name="padding",
        title=f"Padded to {TUTORIAL.padded_length}, built for {TUTORIAL.input_length}",
        printed=f"pad_sequences(texts, maxlen={TUTORIAL.padded_length})\nEmbedding(…, "
        f"input_length={TUTORIAL.input_length})",
        mended=f"pad_sequences(texts, maxlen={TUTORIAL.padded_length})\nEmbedding(…, "
        f"input_length={TUTORIAL.padded_length})",
    ),
    Fault(
        name="watching",
        title="Stopping by training accuracy",
        printed='EarlyStopping(monitor="accuracy")',
        mended='EarlyStopping(monitor="val_loss",\n              restore_best_weights=True)',
    ),
    Fault(
        name="rebuilt",
        title="Lists made again at every word",
        printed="for word in text.split():\n    if word not in list(STOPWORDS):\n"
        "        lemmatizer = WordNetLemmatizer()",
        mended="lemmatizer = WordNetLemmatizer()\nfor word in text.split():\n    if word not in STOPWORDS:  # a set",
    ),
)


def remaining_words(mended: WordCounts, faulty: WordCounts) -> str:
    """The words that remain with the chosen faults, compared with the fixed code."""
    texts = len(faulty.lengths)
    if not faulty.tokens:
        return (
            f"Not one of {mended.tokens:,} words is left: all {texts:,} texts are empty. A network could only name "
            "the most frequent category."
        )
    if np.array_equal(mended.lengths, faulty.lengths) and mended.distinct == faulty.distinct:
        return (
            f"Every word is left: {faulty.tokens:,} in {texts:,} texts, {faulty.distinct:,} different ones."
        )
    # Two joined stop words are no longer a stop word, so a fault may leave words that the fixed code removes.
    more = faulty.tokens - mended.tokens
    fewer = f"{percent(-more / mended.tokens)} fewer words are left" if more < 0 else "As many words are left"
    if more > 0:
        fewer = f"{more:,} word{'s' * (more != 1)} more are left"
    return (
        f"{fewer}, in {non_empty_texts(faulty):,} of {texts:,} texts; {faulty.distinct:,} of them are different "
        f"ones, instead of {mended.distinct:,}."
    )


def padding(mended: PaddingEffect, printed: PaddingEffect) -> str:
    """The cost of padding to more positions than a text may have words."""
    return (
        f"{printed.always_empty} of {printed.columns} places of every text hold nothing, ever: the network takes "
        f"{printed.columns / mended.columns:g} times as many steps for the same words. {percent(printed.filled)} of "
        f"all places hold a word, with {mended.columns} places it is {percent(mended.filled)}."
    )


def title(mended: WordCounts, faulty: WordCounts) -> str:
    """The title of the chart of the remaining words."""
    if not faulty.tokens:
        return "Nothing is left"
    if faulty.tokens < 0.9 * mended.tokens:
        return f"{100 * faulty.tokens / mended.tokens:.0f}\u00a0% of the words are left"
    if mended.distinct and faulty.distinct > 1.1 * mended.distinct:
        return f"{faulty.distinct / mended.distinct:.1f} times as many different words"
    if faulty.distinct == mended.distinct and np.array_equal(faulty.lengths, mended.lengths):
        return "The words are left as they are"
    if faulty.tokens != mended.tokens:
        return f"{faulty.tokens:,} words instead of {mended.tokens:,}"
    return f"As many words, {faulty.distinct:,} different instead of {mended.distinct:,}"


def fused_words(seams: Seams, last: str, first: str) -> str:
    """What joining without a blank does; ``last`` and ``first``: the words of an example, Markdown already."""
    return (
        f"{seams.both:,} of {seams.articles:,} articles have both. At the seam the last word of the headline "
        f"and the first of the description become one: “{last}” and “{first}” are “{last}{first}”. To the network that "
        "is a new word, which has nothing to do with either."
    )


def printed_patterns(faulty: WordCounts) -> str:
    """What the patterns without their backslashes remove; Markdown."""
    return (
        "`\\s` is white space, `s` is a letter; `[^\\w\\s]` is punctuation, `[^ws]` is all but two letters. "
        f"{faulty.empty:,} texts end empty; of the rest only letters w are left."
    )


def dropped_lemma(faulty: WordCounts) -> str:
    """What remains if the lemma is never kept."""
    return (
        "The dictionary form is looked up, and the answer is dropped: the sentence stays the empty list that it began "
        f"as. {faulty.empty:,} of {len(faulty.lengths):,} texts end empty, and your sentence too."
    )


def truncated(mended: PaddingEffect) -> str:
    """How many texts are truncated whatever the padding."""
    return f"{percent(1 - mended.uncut)} of the texts are longer than {mended.cut} words: their end is cut off anyway."


def accuracy_records(history: History, patience: int) -> str:
    """How often the monitored training accuracy improves, so that early stopping waits on."""
    return (
        f"By a patience of {patience}, this app's for the tutorial's network. Training accuracy reaches a new high in "
        f"{history.accuracy_records} of these {len(history)} epochs, whether or not unseen headlines gain by it."
    )


def loop_times(timing: LoopTiming, articles: int, printed_duration: str, mended_duration: str) -> str:
    """How much longer the printed loop takes, on the measured texts and extrapolated to all ``articles``."""
    return (
        f"The same words come out, in {timing.slowdown:.1f} times the time: measured on {timing.texts:,} texts of "
        f"the file, {timing.words:,} words, in time of the processor. All {articles:,} texts would take about "
        f"{printed_duration} instead of {mended_duration}."
    )


def filled_positions(effect: PaddingEffect) -> str:
    return f"Of {effect.columns:,} places a text {percent(effect.filled)} hold a word that is left."


def last_epoch(printed: EarlyStop, mended: EarlyStop) -> str:
    return f"Training ends after epoch {printed.after} instead of {mended.after}."


def slowdown(timing: LoopTiming) -> str:
    return f"The loop over the words takes {timing.slowdown:.1f} times as long."


def tutorial() -> str:
    """The source of the faults."""
    return (
        f"The tutorial is {TUTORIAL_NAME}. Its code is shortened here; what it does to your file is computed, with "
        "all else mended."
    )
