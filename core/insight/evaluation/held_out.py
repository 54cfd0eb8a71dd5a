"""A classifier's logits on the held-out articles: the data under every figure of an evaluation.

Stored with the classifier (``artifacts.py``), so an evaluation needs neither the news file nor a forward pass. Leaves
out: the scores (``report.py``).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import AnalysisError
from core.insight import artifacts
from core.model.forward import Array
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID
from core.training.preparation import TrainingData

NAME = "held_out"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Articles:
    """The readable text of some articles, in the order of their rows.

    Attributes:
        years: (articles,) int16; 0 for an article without a date.
    """

    headlines: tuple[str, ...]
    descriptions: tuple[str, ...]
    years: npt.NDArray[np.int16]

    @classmethod
    def from_table(cls, table: pd.DataFrame, rows: npt.NDArray[np.int64]) -> "Articles":
        """The articles of a News table at positions ``rows``."""
        selected = table.iloc[rows]
        return cls(
            headlines=tuple(selected["headline"]),
            descriptions=tuple(selected["short_description"]),
            years=years_of(selected["date"]),
        )


def years_of(dates: pd.Series) -> npt.NDArray[np.int16]:
    """The year of each date, 0 where it is missing."""
    years: npt.NDArray[np.int16] = dates.dt.year.fillna(0).to_numpy(np.int16)
    return years


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOutPart:
    """The validation or the test part, article by article.

    Attributes:
        y: (articles,) int32, position of the true category in the classifier's labels.
        logits: (articles, categories) float32.
        lengths: (articles,) int32, tokens read.
        unknown: (articles,) int32, how many of those are out of vocabulary.
        years: (articles,) int16, 0 without a date.
        sequences: the token ids read; None where they were not stored.
        articles: the readable text; None where it was not stored.
    """

    y: npt.NDArray[np.int32]
    logits: Array
    lengths: npt.NDArray[np.int32]
    unknown: npt.NDArray[np.int32]
    years: npt.NDArray[np.int16]
    sequences: Sequences | None = None
    articles: Articles | None = None

    def __len__(self) -> int:
        return len(self.y)

    @classmethod
    def from_sequences(
        cls, y: npt.NDArray[np.int32], logits: Array, sequences: Sequences, years: npt.NDArray[np.int16]
    ) -> "HeldOutPart":
        """The part without its texts: counts the tokens of ``sequences`` and does not keep them."""
        return cls(
            y=y,
            logits=np.asarray(logits, np.float32),
            lengths=sequences.lengths.astype(np.int32),
            unknown=_count_true(sequences.ids == OOV_ID, sequences.offsets),
            years=years,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """The validation and the test part.

    Attributes:
        training_counts: (categories,) int64, articles of each category in the training part.
    """

    validation: HeldOutPart
    test: HeldOutPart
    training_counts: npt.NDArray[np.int64]

    @classmethod
    def from_training_data(
        cls, data: TrainingData, *, validation: Articles, test: Articles, logits: tuple[Array, Array]
    ) -> "HeldOut":
        """Collect the held-out data at the end of a run.

        Args:
            validation, test: of the rows of ``data.split``, in its order.
            logits: of the validation and of the test part, in the same order.
        """
        parts = zip((data.split.validation, data.split.test), (validation, test), logits, strict=True)
        held_out_parts = []
        for rows, articles, answers in parts:
            sequences = data.sequences.take(rows)
            part = HeldOutPart.from_sequences(data.y[rows], answers, sequences, articles.years)
            held_out_parts.append(replace(part, sequences=sequences, articles=articles))
        counts = np.bincount(data.y[data.split.training], minlength=len(data.labels))
        return cls(validation=held_out_parts[0], test=held_out_parts[1], training_counts=counts)

    def save(self, classifier: Path) -> None:
        """Store it in the classifier's folder."""
        artifacts.write(classifier, NAME, self.to_arrays())

    def to_arrays(self) -> artifacts.Arrays:
        """The arrays as stored."""
        arrays: artifacts.Arrays = {"schema": np.array(SCHEMA), "training_counts": self.training_counts}
        for name, part in (("validation", self.validation), ("test", self.test)):
            for field in ("y", "logits", "lengths", "unknown", "years"):
                arrays[f"{name}/{field}"] = getattr(part, field)
            if part.sequences is not None:
                arrays[f"{name}/ids"] = part.sequences.ids
            if part.articles is not None:
                arrays[f"{name}/headlines"] = artifacts.texts_to_array(part.articles.headlines)
                arrays[f"{name}/descriptions"] = artifacts.texts_to_array(part.articles.descriptions)
        return arrays

    @classmethod
    def load(cls, classifier: Path, *, categories: int) -> "HeldOut":
        """The inverse of :meth:`save`. About 20 ms for 36,000 articles.

        Raises:
            AnalysisError: missing; or set aside because it is damaged or does not have ``categories`` categories.
        """
        arrays = artifacts.read(classifier, NAME)
        try:
            if int(arrays["schema"]) != SCHEMA:
                raise ValueError("it is of another version of Headline Lab")
            parts = [_part(arrays, name, categories) for name in ("validation", "test")]
            counts = arrays["training_counts"]
            if counts.shape != (categories,):
                raise ValueError(f"training_counts must be ({categories},), got {counts.shape}")
        except (KeyError, ValueError, TypeError, AnalysisError) as error:
            raise artifacts.set_aside(classifier, NAME, error) from None
        return cls(validation=parts[0], test=parts[1], training_counts=counts)


def _part(arrays: artifacts.Arrays, name: str, categories: int) -> HeldOutPart:
    """One part of a stored file. Raises ValueError or KeyError where its arrays are inconsistent."""
    fields = {field: arrays[f"{name}/{field}"] for field in ("y", "logits", "lengths", "unknown", "years")}
    rows = len(fields["y"])
    if fields["logits"].shape != (rows, categories):
        raise ValueError(f"{name}/logits must be ({rows}, {categories}), got {fields['logits'].shape}")
    if wrong := [field for field, array in fields.items() if len(array) != rows]:
        raise ValueError(f"{name}/{wrong[0]} must have {rows} rows, got {len(fields[wrong[0]])}")
    if rows and not 0 <= fields["y"].min() <= fields["y"].max() < categories:
        raise ValueError(f"{name}/y names a category that is not there")
    fields["logits"] = fields["logits"].astype(np.float32, copy=False)
    ids, headlines = arrays.get(f"{name}/ids"), arrays.get(f"{name}/headlines")
    sequences = articles = None
    if ids is not None:
        offsets = np.concatenate([[0], np.cumsum(fields["lengths"], dtype=np.int64)])
        if offsets[-1] != len(ids):
            raise ValueError(f"{name}/ids must have {offsets[-1]} numbers, got {len(ids)}")
        sequences = Sequences(ids=ids, offsets=offsets)
    if headlines is not None:
        articles = Articles(
            headlines=artifacts.texts_from_array(headlines),
            descriptions=artifacts.texts_from_array(arrays[f"{name}/descriptions"]),
            years=fields["years"],
        )
        if not len(articles.headlines) == len(articles.descriptions) == rows:
            raise ValueError(f"{name}/headlines must be {rows}, got {len(articles.headlines)}")
    return HeldOutPart(sequences=sequences, articles=articles, **fields)


def _count_true(values: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Number of True values in each text: (texts,)."""
    cumulative = np.concatenate([[0], np.cumsum(values)])
    counts: npt.NDArray[np.int32] = (cumulative[offsets[1:]] - cumulative[offsets[:-1]]).astype(np.int32)
    return counts
