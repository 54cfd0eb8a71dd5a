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
        title="A misspelt argument",
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
            f"None of the {mended.tokens:,} words is left. All {texts:,} texts are empty. A network could "
            "only name the most frequent category."
        )
    if np.array_equal(mended.lengths, faulty.lengths) and mended.distinct == faulty.distinct:
        return (
            f"Every word is left: {faulty.tokens:,} in {texts:,} texts, {faulty.distinct:,} different ones."
        )
    # Two joined stop words are no longer a stop word, so a fault may leave words that the fixed code removes.
    more = faulty.tokens - mended.tokens
    fewer = (
        f"{percent(-more / mended.tokens)} fewer words are left"
        if more < 0
        else "The number of words stays the same"
    )
    if more > 0:
        fewer = f"{more:,} word{'s' * (more != 1)} more are left"
    return (
        f"{fewer}, in {non_empty_texts(faulty):,} of {texts:,} texts. Different words: {faulty.distinct:,} "
        f"instead of {mended.distinct:,}."
    )


def padding(mended: PaddingEffect, printed: PaddingEffect) -> str:
    """What Keras does with texts of another length, and what padding to the printed length would cost."""
    return (
        f"The printed table has {printed.columns} steps, but the code gives the network {mended.columns}. "
        f"Keras 3 ignores input_length and takes {mended.columns} steps. Keras 2 stops: it expects "
        f"{printed.columns} and finds {mended.columns}. If somebody padded to {printed.columns}, "
        f"{percent(printed.filled)} of all places would hold a word here. With {mended.columns} it is "
        f"{percent(mended.filled)}. The others are padding."
    )


def unreachable_rows() -> str:
    """Which rows of the tutorial's table are never looked up."""
    lost = TUTORIAL.unreachable * TUTORIAL.output_dim
    return (
        f"The tokenizer knows {TUTORIAL.input_dim:,} words, but it only gives numbers below "
        f"{TUTORIAL.token_ids:,}. The most frequent words get one, all others share one. So "
        f"{TUTORIAL.unreachable:,} rows are never looked up and never learnt. That is {lost:,} of "
        f"{TUTORIAL.parameters:,} parameters, {percent(lost / TUTORIAL.parameters)}."
    )


def dropout() -> str:
    """Why the missing layer is not seen in the sum of the parameters."""
    return (
        "The table lists a Dropout layer, but the code has none. So the table comes from another version "
        f"of the code. Dropout has no parameters, so the sum is {TUTORIAL.parameters:,} either way, and "
        "nobody notices."
    )


def checkpoint() -> str:
    """What Keras does with the misspelt argument."""
    return (
        "The argument is called monitor. Keras 3 does not know moniter and stops at once with a TypeError. "
        "Keras 2 ignores it and watches its default, val_loss. By luck that is the correct one."
    )


def cut_off() -> str:
    """What Python does with a call that is cut off."""
    return (
        "In the last step two calls end in the middle. Python reads code before it runs it, so it stops "
        "with a SyntaxError. The printed code does not run to its end."
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
    return f"{faulty.distinct:,} different words instead of {mended.distinct:,}"


def fused_words(seams: Seams, last: str, first: str) -> str:
    """What joining without a space does; ``last`` and ``first``: the words of an example, Markdown already."""
    return (
        f"{seams.both:,} of {seams.articles:,} articles have both. The last word of the headline and the "
        f"first of the description become one word: “{last}” and “{first}” give “{last}{first}”. For the "
        "network that is a new word. It has nothing to do with the other two."
    )


def printed_patterns(faulty: WordCounts) -> str:
    """What the patterns without their backslashes remove; Markdown."""
    return (
        "`\\s` is white space, but `s` is a letter. `[^\\w\\s]` is punctuation, but `[^ws]` is everything "
        f"except two letters. The pattern for @users is complete and removes names. {faulty.empty:,} texts "
        "end empty. In the others only the letter w is left."
    )


def no_lemma(faulty: WordCounts) -> str:
    """What remains if the loop keeps no word."""
    return (
        "The loop makes a lemmatizer for each word and does nothing with it. It looks up no lemma, so the "
        f"sentence stays an empty list. {faulty.empty:,} of {len(faulty.lengths):,} texts end empty, and so "
        "does your sentence."
    )


def truncated(mended: PaddingEffect) -> str:
    """How many texts are truncated whatever the padding."""
    return (
        f"{percent(1 - mended.uncut)} of the texts are longer than {mended.cut} words, so their end is cut off "
        "anyway."
    )


def accuracy_records(history: History, patience: int) -> str:
    """How often the monitored training accuracy improves, so that early stopping waits on."""
    return (
        f"This is with a patience of {patience}, as in this app's preset for the tutorial's network. "
        f"Training accuracy reaches a new high in {history.accuracy_records} of these {len(history)} "
        "epochs, even if unseen headlines do not get better."
    )


def loop_times(timing: LoopTiming, articles: int, printed_duration: str, mended_duration: str) -> str:
    """How much longer the printed loop takes, on the measured texts and extrapolated to all ``articles``."""
    return (
        "For each word it makes a list of all stop words, and a lemmatizer. The result is the same, but it "
        f"takes {timing.slowdown:.1f} times the time. This was measured on {timing.texts:,} texts from the "
        f"file ({timing.words:,} words), in seconds of processor time. All {articles:,} texts would take "
        f"about {printed_duration} instead of {mended_duration}."
    )


def last_epoch(printed: EarlyStop, mended: EarlyStop) -> str:
    return f"Training ends after epoch {printed.after} instead of {mended.after}."


def slowdown(timing: LoopTiming) -> str:
    return f"The loop over the words takes {timing.slowdown:.1f} times as long."


def tutorial() -> str:
    """The source of the faults."""
    return (
        f"The tutorial is {TUTORIAL_NAME}. “Printed” means its web page, saved as text. Its code is "
        "shortened here. The app computes what each fault does to your file, with everything else mended. "
        "The backslashes and the lemma were probably lost in publishing: two public notebooks with the "
        "same steps have both."
    )


# Of version 2 of the dataset, whose articles the tutorial reads; POLITICS articles that the public notebooks drop; what
# is left, which the tutorial prints.
ALL_ARTICLES, DROPPED, PRINTED_ARTICLES = 200_853, 16_000, 184_853


def missing_step() -> str:
    """The step that the printed text does not have."""
    return (
        f"**One step is not printed.** The dataset has {ALL_ARTICLES:,} articles, but the tutorial prints "
        f"{PRINTED_ARTICLES:,} rows. The two notebooks drop {DROPPED:,} articles from POLITICS, the largest "
        f"category: {ALL_ARTICLES:,} − {DROPPED:,} = {PRINTED_ARTICLES:,}."
    )
