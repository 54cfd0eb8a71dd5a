"""The ten faults with their code before and after the fix, and sentences on their effect.

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


_LOOP = "for word in text:\n    lemmatizer = WordNetLemmatizer()"
_LAST_LAYERS = 'model.add(SimpleRNN(32, activation="tanh"))\n'
_DENSE = 'model.add(Dense(41, activation="softmax"))'

FAULTS: tuple[Fault, ...] = (
    Fault(
        name="join",
        title="Joined without a space",
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
        name="rebuilt",
        title="Lists made again for every word",
        printed="[word for word in text.split() if word not in list(STOPWORDS)]",
        mended="[word for word in text.split() if word not in STOPWORDS]  # a set",
    ),
    Fault(
        name="lemma",
        title="No lemma is looked up",
        printed=_LOOP,
        mended=f"{_LOOP}\n    sentence.append(lemmatizer.lemmatize(word))",
    ),
    Fault(
        name="padding",
        title=f"Padded to {TUTORIAL.padded_length}, built for {TUTORIAL.input_length}",
        printed=f"pad_sequences(texts, maxlen={TUTORIAL.padded_length})\n"
        f"Embedding({TUTORIAL.input_dim}, {TUTORIAL.output_dim}, input_length={TUTORIAL.input_length})",
        mended=f"pad_sequences(texts, maxlen={TUTORIAL.padded_length})\n"
        f"Embedding({TUTORIAL.input_dim}, {TUTORIAL.output_dim})",
    ),
    Fault(
        name="rows",
        title="Rows that no number reaches",
        printed=f"Tokenizer(num_words={TUTORIAL.token_ids})\nEmbedding({TUTORIAL.input_dim}, {TUTORIAL.output_dim})",
        mended=f"Tokenizer(num_words={TUTORIAL.token_ids})\nEmbedding({TUTORIAL.token_ids}, {TUTORIAL.output_dim})",
    ),
    Fault(
        name="dropout",
        title="Dropout in the table alone",
        printed=_LAST_LAYERS + _DENSE,
        mended=f"{_LAST_LAYERS}model.add(Dropout(0.2))  # the table does not say how much\n{_DENSE}",
    ),
    Fault(
        name="watching",
        title="Stopping by training accuracy",
        printed='EarlyStopping(monitor="accuracy")',
        mended='EarlyStopping(monitor="val_loss", restore_best_weights=True)',
    ),
    Fault(
        name="checkpoint",
        title="An argument misspelt",
        printed='ModelCheckpoint("best.keras", moniter="val_loss")',
        mended='ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True)',
    ),
    Fault(
        name="cut_off",
        title="Two calls cut off",
        printed="model.fit(x, y, validation_data=(x_test, y_test),",
        mended="model.fit(x, y, validation_data=(x_test, y_test), callbacks=[stop, save])",
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
    """What Keras does with texts of another length, and what padding to the printed length would cost."""
    return (
        f"The table that is printed has {printed.columns} steps, the code gives the network {mended.columns}. Keras 3 "
        f"ignores input_length and takes {mended.columns} steps. Keras 2 stops: it expects {printed.columns} and finds "
        f"{mended.columns}. If somebody padded to {printed.columns}, {percent(printed.filled)} of all places would "
        f"hold a word here; with {mended.columns} it is {percent(mended.filled)}."
    )


def unreachable_rows() -> str:
    """Which rows of the tutorial's table are never looked up."""
    lost = TUTORIAL.unreachable * TUTORIAL.output_dim
    return (
        f"The tokenizer knows {TUTORIAL.input_dim:,} words, but gives only the numbers below {TUTORIAL.token_ids:,}: "
        f"the most frequent words have one, all others share one. So {TUTORIAL.unreachable:,} rows are never looked "
        f"up and never learnt. That is {lost:,} of {TUTORIAL.parameters:,} parameters, "
        f"{percent(lost / TUTORIAL.parameters)}."
    )


def dropout() -> str:
    """Why the missing layer is not seen in the sum of the parameters."""
    return (
        "The table lists a layer Dropout, the code has none: the table is of another version of the code. Dropout has "
        f"no parameters, so the sum is {TUTORIAL.parameters:,} with it and without it, and nobody notices."
    )


def checkpoint() -> str:
    """What Keras does with the misspelt argument."""
    return (
        "The argument is called monitor. Keras 3 does not know moniter and stops at once: TypeError. Keras 2 ignores "
        "it and watches its default, which is val_loss: by luck the correct one."
    )


def cut_off() -> str:
    """What Python does with a call that is cut off."""
    return (
        "In the last step two calls end in the middle. Python reads code before it runs it, and stops: SyntaxError. So "
        "the printed code does not run to its end."
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
    """What joining without a space does; ``last`` and ``first``: the words of an example, Markdown already."""
    return (
        f"{seams.both:,} of {seams.articles:,} articles have both. At the seam the last word of the headline "
        f"and the first of the description fuse: “{last}” and “{first}” are “{last}{first}”. To the network that "
        "is a new word, which has nothing to do with either."
    )


def printed_patterns(faulty: WordCounts) -> str:
    """What the patterns without their backslashes remove; Markdown."""
    return (
        "`\\s` is white space, `s` is a letter; `[^\\w\\s]` is punctuation, `[^ws]` is all but two letters. The "
        "pattern for @users is whole and removes names. "
        f"{faulty.empty:,} texts end empty; of the rest only letters w are left."
    )


def no_lemma(faulty: WordCounts) -> str:
    """What remains if the loop keeps no word."""
    return (
        "The loop makes a lemmatizer for each word, and does nothing with it. No lemma is looked up, and the sentence "
        f"stays the empty list that it began as. {faulty.empty:,} of {len(faulty.lengths):,} texts end empty, and your "
        "sentence too."
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
        f"For each word it makes a list of all stop words, and a lemmatizer. The same words come out, in "
        f"{timing.slowdown:.1f} times the time: {timing.texts:,} texts of the file were measured, {timing.words:,} "
        f"words, in seconds of processor time. All {articles:,} texts would take about {printed_duration} instead of "
        f"{mended_duration}."
    )


def last_epoch(printed: EarlyStop, mended: EarlyStop) -> str:
    return f"Training ends after epoch {printed.after} instead of {mended.after}."


def slowdown(timing: LoopTiming) -> str:
    return f"The loop over the words takes {timing.slowdown:.1f} times as long."


def tutorial() -> str:
    """The source of the faults."""
    return (
        f"The tutorial is {TUTORIAL_NAME}. “Printed” is its web page, saved as text; its code is shortened here. What "
        "a fault does to your file is computed, with everything else mended. The backslashes and the lemma were most "
        "likely lost in publishing: two public notebooks with the same steps have both."
    )


# Of version 2 of the dataset, whose articles the tutorial reads; POLITICS articles that the public notebooks drop; what
# is left, which the tutorial prints.
ALL_ARTICLES, DROPPED, PRINTED_ARTICLES = 200_853, 16_000, 184_853


def missing_step() -> str:
    """The step that the printed text does not have."""
    return (
        f"**One step is not printed.** The dataset has {ALL_ARTICLES:,} articles, the tutorial prints "
        f"{PRINTED_ARTICLES:,} rows. The two notebooks drop {DROPPED:,} articles of POLITICS, the largest category, "
        f"and {ALL_ARTICLES:,} − {DROPPED:,} = {PRINTED_ARTICLES:,}."
    )
