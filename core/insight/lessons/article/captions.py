"""Sentences and tables of the tutorial's steps, each number computed or recorded.

Plain text, or Markdown where it says so.
"""

from dataclasses import dataclass

from core.insight.lessons.article.compute import (
    CUT,
    POLITICS,
    PRINTED_CATEGORIES,
    PRINTED_LAYERS,
    TEST_SHARE,
    Recorded,
    RecordedTraining,
    StepCounts,
    layers,
)
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults.captions import ALL_ARTICLES, DROPPED, PRINTED_ARTICLES
from core.insight.lessons.faults.compute import FaultName
from core.insight.wording import percent

NOT_PRINTED = "not printed"
_REMOVED = ALL_ARTICLES - PRINTED_ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A number of the tutorial's steps: as printed, on the visitor's file, on the part of the real dataset."""

    step: str
    printed: str
    file: str
    dataset: str


def step_rows(counts: StepCounts, dataset: Recorded, *, cut: bool) -> list[StepRow]:
    """The numbers of the steps before training, in the tutorial's order.

    Args:
        cut: whether the articles of POLITICS are dropped.
    """
    steps = dataset.steps
    dropped = steps.articles - steps.rows if cut else 0
    word_index = steps.word_index if cut else steps.word_index_without_cut
    embedding_rows = min(word_index + 1, TUTORIAL.token_ids)
    padded_length, printed_test = TUTORIAL.padded_length, _test_texts(PRINTED_ARTICLES)
    test_texts = _test_texts(steps.articles - dropped)
    parameters = sum(
        row.parameters for row in layers(rows=counts.embedding_rows, categories=counts.categories)
    )
    dataset_parameters = sum(
        row.parameters for row in layers(rows=embedding_rows, categories=steps.categories)
    )
    rows = (
        ("1 Articles in the file", f"{ALL_ARTICLES:,} in the dataset", counts.articles, steps.articles),
        (f"1 Articles of {POLITICS} dropped", f"{_REMOVED:,}, not printed", counts.dropped, dropped),
        ("1 Rows", f"{PRINTED_ARTICLES:,}", counts.rows, steps.articles - dropped),
        ("3 Words of the median text, raw", NOT_PRINTED, counts.median_words, steps.median_words),
        ("3 The same, cleaned", NOT_PRINTED, counts.median_cleaned_words, steps.median_cleaned_words),
        ("4 Categories", f"{PRINTED_CATEGORIES}", counts.categories, steps.categories),
        ("4 Texts held out to test", f"20 %: {printed_test:,}", counts.test_texts, test_texts),
        ("4 Word index", f"{TUTORIAL.input_dim:,}", counts.word_index, word_index),
        ("4 Words of a text after padding", f"{padded_length}", padded_length, padded_length),
        ("5 Rows of the Embedding layer", f"{TUTORIAL.input_dim:,}", counts.embedding_rows, embedding_rows),
        ("5 Parameters", f"{TUTORIAL.parameters:,}", parameters, dataset_parameters),
    )  # fmt: skip
    return [
        StepRow(step=step, printed=printed, file=f"{number:,.0f}", dataset=f"{recorded:,.0f}")
        for step, printed, number, recorded in rows
    ]


def _test_texts(rows: int) -> int:
    """scikit-learn rounds the held-out part up."""
    return -int(-rows * TEST_SHARE // 1)


def politics_cut(counts: StepCounts, *, cut: bool) -> str:
    """Where the printed 184,853 rows come from, and what the cut does to the file."""
    reason = (
        f"The dataset has {ALL_ARTICLES:,} articles. The tutorial prints {PRINTED_ARTICLES:,} rows and does not say "
        f"why. Two public notebooks with the same steps drop {DROPPED:,} articles of {POLITICS} first, and "
        f"{ALL_ARTICLES:,} − {DROPPED:,} = {PRINTED_ARTICLES:,}. "
    )
    if counts.politics <= CUT:
        return (
            f"{reason}This file has {counts.politics:,} of {POLITICS}, no more than {CUT:,}: none is dropped."
        )
    if cut:
        return f"{reason}This file loses {counts.dropped:,} of its {counts.politics:,} of {POLITICS}."
    return f"{reason}This file keeps all its {counts.politics:,} of {POLITICS}."


def dataset_part(dataset: Recorded) -> str:
    """How much of the dataset the recorded numbers are of."""
    articles = dataset.steps.articles
    missing = ALL_ARTICLES - articles
    if not missing:
        return f"“Dataset”: all {articles:,} articles of the News Category Dataset, version 2."
    return (
        f"“Dataset”: {articles:,} of the {ALL_ARTICLES:,} articles of the News Category Dataset, version 2. "
        f"The other {missing:,} were kept apart, so its numbers are smaller than those printed. Upload the whole "
        "file on the Data page, and the column of your file has them."
    )


def word_index(counts: StepCounts) -> str:
    """What the missing space does to the file's word index."""
    difference = counts.fused_word_index - counts.word_index
    if difference <= 0:
        return (
            f"Joined without a space, the word index is {counts.fused_word_index:,}: no longer than with one."
        )
    return (
        f"With a space between headline and description this file's word index is {counts.word_index:,}. "
        f"Joined without one, as printed, it is {counts.fused_word_index:,}: {difference:,} more, nearly all of them "
        "fused words."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLine:
    """A layer of the network, as printed and for the visitor's file."""

    layer: str
    output: str
    printed: int
    file_output: str
    file: int


def layer_lines(counts: StepCounts) -> list[LayerLine]:
    """The printed model summary beside that for the file, and the sums."""
    own = layers(rows=counts.embedding_rows, categories=counts.categories)
    lines = [
        LayerLine(
            layer=printed.name,
            output=_shape(printed.output),
            printed=printed.parameters,
            file_output=_shape(row.output),
            file=row.parameters,
        )
        for printed, row in zip(PRINTED_LAYERS, own, strict=True)
    ]
    total = LayerLine(
        layer="total",
        output="",
        printed=sum(line.printed for line in lines),
        file_output="",
        file=sum(line.file for line in lines),
    )
    return [*lines, total]


def _shape(output: tuple[int | None, ...]) -> str:
    return f"({', '.join('None' if side is None else str(side) for side in output)})"


def embedding_share(counts: StepCounts) -> str:
    """Which layer has the parameters."""
    embedding, *_, total = layer_lines(counts)
    return (
        f"{percent(embedding.printed / total.printed)} of the printed parameters are in the Embedding layer; of this "
        f"file's network {percent(embedding.file / total.file)}. The three recurrent layers are small: their size "
        "does not depend on the vocabulary, nor on the length of a text."
    )


# --- Training ---


def training_title(training: RecordedTraining) -> str:
    return f"{percent(training.test_accuracy)} of the test part correct after epoch {training.best_epoch}"


def training(training: RecordedTraining) -> str:
    """How the recorded training ended, and what needs no network."""
    n_epochs = len(training.epochs)
    if n_epochs < training.most_epochs:
        ending = f"Early stopping ended it after epoch {n_epochs}"
    else:
        ending = f"It ran for all {n_epochs} epochs that it was allowed"
    difference = training.test_accuracy - training.linear_model
    verdict = "more than" if difference > 0 else "less than" if difference < 0 else "as much as"
    return (
        f"{ending}, and the weights of epoch {training.best_epoch} came back. Test loss {training.test_loss:.2f} and "
        f"accuracy {percent(training.test_accuracy)}: {verdict} a linear model without a network, which is right for "
        f"{percent(training.linear_model)} (TF-IDF and a linear SVM). Always naming the most frequent category is "
        f"right for {percent(training.most_frequent_category)}. The checkpoint, loaded again, is right for "
        f"{percent(training.checkpoint_accuracy)}."
    )


# --- The mended code ---

# What each mend in data/tutorial_code.py changes.
MENDS: dict[FaultName | str, tuple[str, str]] = {
    "join": (
        "A space between headline and description",
        "No two words fuse, so the word index is much shorter.",
    ),
    "politics": (
        f"{DROPPED:,} articles of {POLITICS} are dropped",
        f"{ALL_ARTICLES:,} articles become the printed {PRINTED_ARTICLES:,} rows.",
    ),
    "patterns": (
        "The patterns have their backslashes; links and hashtags go before the punctuation",
        "Words stay words, and a link goes as a whole. As printed, only letters w are left.",
    ),
    "rebuilt": ("Stop words are a set, made once; so is the lemmatizer", "The same words, in less time."),
    "lemma": ("A lemma is looked up and kept", "As printed, every text ends empty."),
    "padding": (
        f"The network is built for {TUTORIAL.padded_length} words",
        f"The summary says {TUTORIAL.padded_length} too. As printed, Keras 2 stops with a ValueError.",
    ),
    "rows": (
        "A row for each token id, and no more",
        f"Of {TUTORIAL.input_dim:,} rows {TUTORIAL.unreachable:,} could never be looked up: "
        f"{TUTORIAL.unreachable * TUTORIAL.output_dim:,} parameters fewer.",
    ),
    "dropout": ("Dropout is in the code", "The table stays as it is: Dropout has no parameters."),
    "watching": (
        "Early stopping watches the validation loss, and restores the best weights",
        "It stops when new texts no longer gain, and the best epoch's weights are used.",
    ),
    "checkpoint": (
        "The argument is called monitor, and save_best_only is set",
        "Keras 3 no longer stops with a TypeError, and the file holds the best epoch.",
    ),
    "cut_off": ("The last two calls are whole", "Python can read the code, and it runs to its end."),
    "validation": (
        "A tenth of the training part decides when to stop",
        "The test part is used once, at the end. As printed, the checkpoint watches the test part.",
    ),
}


def takeaways(counts: StepCounts, training: RecordedTraining) -> str:
    """What to take from the whole lesson; a Markdown list."""
    embedding, *_, total = layer_lines(counts)
    return "\n".join(
        f"- {sentence}"
        for sentence in (
            "A text becomes numbers in four steps: clean, cut into tokens, number them, pad to one length.",
            f"An Embedding layer learns a dense vector for each word. It holds "
            f"{percent(embedding.printed / total.printed)} of the tutorial's parameters.",
            "A recurrent network reads word by word and carries a hidden state, so order can matter.",
            f"Held-out texts are the judge. Here {percent(training.test_accuracy)} of them are answered correctly, "
            f"and a linear model answers {percent(training.linear_model)}.",
            "Count after every step. Most of the tutorial's faults raise no error.",
        )
    )
