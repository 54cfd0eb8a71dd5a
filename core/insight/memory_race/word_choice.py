"""The words of the forgetting experiment: those that tell a category, and fillers that tell nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model.classifier import Classifier
from core.model.forward import Array
from core.settings.run import MAPPED_WORDS
from core.text.cleaning_steps import SEPARATOR
from core.text.normalisation import is_word
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID

FREQUENT = 200  # words that a filler is chosen from
FILLERS = 10  # different ones


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWord:
    """A word after which alone several classifiers predict the same category.

    Attributes:
        token_id: of the word in the vocabulary.
        label: of the category, as a position in the labels.
        probability: of the category after this word alone: the lowest over the classifiers.
    """

    word: str
    token_id: int
    label: int
    probability: float


def single_word_probabilities(classifier: Classifier, words: npt.NDArray[np.integer]) -> Array:
    """Predicted probabilities of texts of one word each, (words, categories)."""
    ids = np.asarray(words, np.int32)
    return classifier.probabilities_of(Sequences(ids=ids, offsets=np.arange(len(ids) + 1)))


def telling_words(classifiers: Sequence[Classifier]) -> tuple[TellingWord, ...]:
    """For each category the word with the highest probability in all classifiers, the highest first.

    Only words after which every classifier predicts that category; if there is none, the single best word.

    Args:
        classifiers: with the same vocabulary and labels.
    """
    first = classifiers[0]
    token_ids = np.arange(FIRST_WORD_ID, min(len(first.vocabulary), FIRST_WORD_ID + MAPPED_WORDS))
    token_ids = token_ids[
        [first.vocabulary.words[token_id - FIRST_WORD_ID] != SEPARATOR for token_id in token_ids]
    ]
    if not len(token_ids):
        return ()
    # (classifiers, words, categories)
    probabilities = np.stack([single_word_probabilities(classifier, token_ids) for classifier in classifiers])
    least = probabilities.min(axis=0)  # (words, categories)
    agreed = (probabilities.argmax(axis=2) == probabilities[0].argmax(axis=1)).all(axis=0)  # (words,)
    label = np.where(agreed, probabilities[0].argmax(axis=1), -1)
    choices = []
    for category in range(least.shape[1]):
        candidates = np.flatnonzero(label == category)
        if len(candidates):
            choices.append((int(candidates[least[candidates, category].argmax()]), category))
    if not choices:
        word, category = np.unravel_index(least.argmax(), least.shape)
        choices = [(int(word), int(category))]
    choices.sort(key=lambda classifier: -least[classifier])
    return tuple(
        TellingWord(
            word=first.vocabulary.words[token_ids[word] - FIRST_WORD_ID],
            token_id=int(token_ids[word]),
            label=category,
            probability=float(least[word, category]),
        )
        for word, category in choices
    )


def telling_word(classifiers: Sequence[Classifier], word: str) -> TellingWord | None:
    """A chosen word and its most probable category in all classifiers; None if it is out of vocabulary."""
    first = classifiers[0]
    token_id = first.vocabulary.token_id(word)
    if token_id == OOV_ID:
        return None
    least = np.stack(
        [single_word_probabilities(classifier, np.array([token_id]))[0] for classifier in classifiers]
    ).min(axis=0)  # (categories,)
    label = int(least.argmax())
    return TellingWord(word=word, token_id=token_id, label=label, probability=float(least[label]))


def uninformative_words(classifiers: Sequence[Classifier], most: int = FILLERS) -> tuple[str, ...]:
    """Frequent words that hardly influence the prediction, the least informative first.

    Of the FREQUENT most frequent alphabetic words, those whose prediction is nearest to the mean prediction over these
    words: by total variation distance (half the sum of the differences), at its largest over the classifiers.
    """
    vocabulary = classifiers[0].vocabulary
    frequent = [word for word in vocabulary.words[:FREQUENT] if is_word(word)]
    if not frequent:
        return ()
    token_ids = np.array(vocabulary.encode(frequent))
    distances = np.zeros(len(frequent))
    for classifier in classifiers:
        probabilities = single_word_probabilities(classifier, token_ids)  # (words, categories)
        distances = np.maximum(distances, np.abs(probabilities - probabilities.mean(axis=0)).sum(axis=1) / 2)
    return tuple(frequent[position] for position in np.argsort(distances, kind="stable")[:most])
