"""A classifier scored on a news file of one's own, with every row of the file accounted for.

Leaves out: the scores (``report.py``), the sentences (``captions.py``), and the articles that a run holds out
(``held_out.py``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import NewsFileError
from core.insight.evaluation.held_out import HeldOutPart, years_of
from core.insight.evaluation.report import Report, evaluate
from core.model.classifier import Classifier
from core.model.forward import softmax
from core.news.csv_export import to_csv
from core.news.label_matching import UNKNOWN_CATEGORY, LeftOut, match_labels
from core.news.news import News
from core.news.test_part import rejected_by_reason
from core.text.cleaning import texts_of

_MOST_NAMED = 10  # categories that an error names


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnFile:
    """The articles of a file that a classifier can be scored on, with its answers.

    Attributes:
        rows: (articles,) their positions in the news table.
        part: their categories and the classifier's logits, in that order.
        left_out: all other rows of the file.
        respelled: (category in the file, label) of the categories that are spelt otherwise.
    """

    rows: npt.NDArray[np.int64]
    part: HeldOutPart
    left_out: tuple[LeftOut, ...]
    respelled: tuple[tuple[str, str], ...]

    @property
    def rows_scored(self) -> int:
        return len(self.rows)

    @property
    def rows_given(self) -> int:
        """All rows of the file: scored and left out."""
        return self.rows_scored + sum(group.rows for group in self.left_out)

    @property
    def unmatched_labels(self) -> dict[str, int]:
        """The categories that the classifier does not know, with their rows."""
        return {group.category: group.rows for group in self.left_out if group.category}

    def report(self) -> Report:
        """The scores. The baseline knows the file's own shares, because the training part is not available."""
        return evaluate(
            self.part, np.bincount(self.part.y, minlength=self.part.logits.shape[1]).astype(np.int64)
        )


def answer_file(
    classifier: Classifier,
    news: News,
    progress: Callable[[float], None] | None = None,
    *,
    given_names: Iterable[tuple[str, str]] = (),
) -> OwnFile:
    """Let the classifier answer all articles of the file whose category it knows.

    Categories match its labels without case and blanks (``label_matching.py``). Of an archive of training and test
    files the test file is answered.

    Args:
        progress: called with the share done, 0 to 1.
        given_names: (category in the file that it was trained on, the name that somebody gave it), such as those of
            numbers; another file has the numbers. Of a classifier whose card has none yet.

    Raises:
        NewsFileError: it knows none of the categories.

    Cost: cleaning and a forward pass. Memory: the texts, and four bytes for each article and label.
    """
    start = len(news.table) - news.test_rows if news.test_rows else 0
    categories = news.table["category"].iloc[start:]
    occurring = Counter({str(name): int(rows) for name, rows in categories.value_counts().items() if rows})
    merged = dict(classifier.card.merged)
    pairs = (*given_names, *classifier.card.given_names)
    named = {category: merged.get(name, name) for category, name in pairs}
    match = match_labels(occurring, classifier.labels, named | merged)
    if not match.label_of:
        raise NewsFileError(
            f"No article of {news.name} is of a category that this classifier knows. The file has "
            f"{_names(sorted(occurring))}; the classifier {_names(classifier.labels)}."
        )
    label_ids = {label: index for index, label in enumerate(classifier.labels)}
    of_category = np.array(
        [
            label_ids[match.label_of[name]] if name in match.label_of else -1
            for name in categories.cat.categories
        ],
        np.int32,
    )
    y = of_category[categories.cat.codes.to_numpy()]  # (rows of the table,)
    rows = start + np.flatnonzero(y >= 0)
    scored = news.table.iloc[rows]
    report = progress or (lambda share: None)
    sequences = classifier.sequences_of(
        texts_of(scored, classifier.cleaning), lambda share: report(share / 4)
    )
    logits = classifier.logits_of(sequences, lambda share: report((1 + 3 * share) / 4))
    unmatched = [
        LeftOut(reason=UNKNOWN_CATEGORY, category=name, rows=occurring[name]) for name in match.unmatched
    ]
    return OwnFile(
        rows=rows,
        part=HeldOutPart.from_sequences(y[rows - start], logits, sequences, years_of(scored["date"])),
        left_out=(*unmatched, *(news.test_rejected if news.test_rows else rejected_by_reason(news))),
        respelled=tuple(match.respelled.items()),
    )


def answers_table(own: OwnFile, news: News, labels: Sequence[str]) -> bytes:
    """A CSV of the scored articles in the file's order: category as in the file, predicted, probability, text."""
    probabilities = softmax(own.part.logits)
    predicted = probabilities.argmax(axis=1)
    scored = news.table.iloc[own.rows]
    rows = zip(
        scored["category"].astype(str),
        (labels[label] for label in predicted),
        (round(float(row[label]), 4) for row, label in zip(probabilities, predicted, strict=True)),
        scored["text"],
        strict=True,
    )
    return to_csv(("category", "predicted", "probability", "text"), rows)


def _names(names: Iterable[str]) -> str:
    quoted = [repr(name[:60]) for name in names]
    return ", ".join(quoted[:_MOST_NAMED]) + (", ..." if len(quoted) > _MOST_NAMED else "")
