"""A dense network without memory, compared with a recurrent one on the same words in another order.

The dense network applies one dense layer to the mean of the words' embedding vectors, which it takes from the
classifier: M. Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods for Text Classification", ACL 2015,
without their hidden layers; A. Joulin et al., "Bag of Tricks for Efficient Text Classification", arXiv 1607.01759,
2016. So the two networks differ only in the recurrent layers. Leaves out: a whole test part in another order
(``evaluation/word_order.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from core.insight.evaluation.word_order import Reordering, reorder_sequences
from core.model.classifier import Classifier
from core.model.forward import Array, softmax
from core.news.news import News
from core.text.cleaning import clean_all, texts_of
from core.text.cleaning_steps import SEPARATOR
from core.text.ngrams import as_characters
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID
from core.training.preparation import SplitArticles

ARTICLES, TESTED = 4_000, 1_000  # for training the dense layer, and for testing it
_SEED = 1
_CLOSE = 1e-3  # norm of the gradient at which scikit-learn's solver stops

Order = tuple[int, ...]  # for each position, the word's position in the sentence as typed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseNetwork:
    """A network without memory.

    Attributes:
        labels: categories of the file that it was trained on.
        embedding: (words, size) the embedding matrix of the classifier's first ensemble member.
        weights: (size, categories); ``bias``: (categories,), minus infinity for a category without an article.
        texts: the training articles, as token ids of the classifier.
        tested: number of test articles; ``accuracy``: on these.
    """

    labels: tuple[str, ...]
    embedding: Array
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    texts: Sequences
    tested: int
    accuracy: float

    @classmethod
    def fit(
        cls,
        classifier: Classifier,
        news: News,
        articles: SplitArticles,
        progress: Callable[[float], None] | None = None,
    ) -> "DenseNetwork":
        """Train on some articles of the training part and test on some of the test part.

        Args:
            classifier: its embedding, vocabulary and cleaning are used.
            articles: the file's split.
            progress: of cleaning.

        Cost: one core; half a second for 4,000 articles in 41 categories.
        """
        random = np.random.default_rng(_SEED)
        learnt, tested = (
            random.permutation(part)[:most]
            for part, most in ((articles.split.training, ARTICLES), (articles.split.test, TESTED))
        )
        rows = np.concatenate([learnt, tested])
        raw = texts_of(news.table.iloc[articles.rows[rows]], classifier.cleaning)
        texts = clean_all(raw, classifier.cleaning, progress)
        if classifier.network.tokenization == "characters":
            texts = [as_characters(text) for text in texts]
        ids, offsets = classifier.vocabulary.encode_texts(texts, length=classifier.network.sequence_length)
        embedding = classifier.weights["embedding"]
        means = _means(embedding, Sequences(ids=ids, offsets=offsets))  # (articles, size)
        y = articles.y[rows]
        weights, bias = _fit_dense_layer(means[: len(learnt)], y[: len(learnt)], len(articles.labels))
        answers = (means[len(learnt) :] @ weights + bias).argmax(axis=1)
        return cls(
            labels=articles.labels,
            embedding=embedding,
            weights=weights,
            bias=bias,
            texts=Sequences(ids=ids, offsets=offsets).take(np.arange(len(learnt))),
            tested=len(tested),
            accuracy=float((answers == y[len(learnt) :]).mean()),
        )

    def probabilities(self, ids: Sequence[int]) -> npt.NDArray[np.float64]:
        """(categories,) of a text of at least one token id.

        The input is a count of each token, so the order is lost before any multiplication, and another order gives
        bitwise equal probabilities. A sum of the rows in the order of the words would be equal apart from rounding.
        """
        token_ids, counts = np.unique(np.asarray(ids), return_counts=True)
        mean = counts @ self.embedding[token_ids].astype(np.float64) / len(ids)  # (size,)
        return np.asarray(softmax(mean @ self.weights + self.bias))

    def occurrences(self, token_id: int, position: int) -> tuple[int, int]:
        """The number of training articles with the word anywhere, and with it at ``position``, from 0."""
        ids, offsets = self.texts.ids, self.texts.offsets
        text_of_token = np.repeat(np.arange(len(self.texts)), self.texts.lengths)
        anywhere = len(np.unique(text_of_token[ids == token_id]))
        at_position = offsets[:-1][self.texts.lengths > position] + position
        return anywhere, int((ids[at_position] == token_id).sum())


def _means(embedding: Array, texts: Sequences) -> npt.NDArray[np.float64]:
    """(texts, size): the mean embedding vector of each text, of at least one word each."""
    sums = np.add.reduceat(embedding[texts.ids].astype(np.float64), texts.offsets[:-1])
    return sums / texts.lengths[:, None]


def _fit_dense_layer(
    means: npt.NDArray[np.float64], y: npt.NDArray[np.int32], categories: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights and bias of a dense layer with softmax, by scikit-learn's logistic regression."""
    # Imported here, because prediction does not need it.
    from sklearn.linear_model import LogisticRegression

    weights, bias = np.zeros((means.shape[1], categories)), np.full(categories, -np.inf)
    if len(np.unique(y)) == 1:
        bias[y[0]] = 0
        return weights, bias
    scale = float(means.std()) or 1.0  # the solver converges fastest with inputs of about 1
    with threadpool_limits(limits=1, user_api="blas"):
        model = LogisticRegression(tol=_CLOSE, max_iter=1_000).fit(means / scale, y)
    kernel, intercept = model.coef_ / scale, model.intercept_  # (categories, size), (categories,)
    if len(kernel) == 1:  # for two classes scikit-learn stores the second's weights only
        kernel, intercept = np.concatenate([0 * kernel, kernel]), np.concatenate([[0.0], intercept])
    weights[:, model.classes_], bias[model.classes_] = kernel.T, intercept
    return weights, bias


# --- Word order ---


def reordered(words: Sequence[str], order: Order, reordering: Reordering, *, seed: int = 0) -> Order:
    """The order after reversing or shuffling it; the separator after the headline keeps its position."""
    separator = next((position for position in order if words[position] == SEPARATOR), None)
    sequences = reorder_sequences(Sequences.from_lists([order]), reordering, separator=separator, seed=seed)
    return tuple(sequences.ids.tolist())


def swapped(words: Sequence[str], order: Order, *, seed: int) -> Order:
    """The order with two different words swapped at random; unchanged if all words are equal."""
    free = [position for position, typed in enumerate(order) if words[typed] != SEPARATOR]
    pairs = [(a, b) for a in free for b in free if a < b and words[order[a]] != words[order[b]]]
    if not pairs:
        return order
    first, second = pairs[int(np.random.default_rng(seed).integers(len(pairs)))]
    changed = list(order)
    changed[first], changed[second] = changed[second], changed[first]
    return tuple(changed)


def exchanged(order: Order, first: int, second: int) -> Order:
    """The order in which two words, given by their positions as typed, have each other's place."""
    exchange = {first: second, second: first}
    return tuple(exchange.get(typed, typed) for typed in order)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """A network's probabilities for the words as typed and in another order; (categories,) each."""

    labels: tuple[str, ...]
    before: npt.NDArray[np.floating]
    after: npt.NDArray[np.floating]

    @property
    def same(self) -> bool:
        """Whether both are bitwise equal."""
        return np.array_equal(self.before, self.after)

    @property
    def moved_probability(self) -> float:
        """Total variation distance of both predictions, 0 to 1."""
        return float(np.abs(self.after.astype(float) - self.before.astype(float)).sum() / 2)

    @property
    def most_moved(self) -> int:
        return int(np.abs(self.after - self.before).argmax())


def compare_answers(
    classifier: Classifier, dense: DenseNetwork, words: Sequence[str], order: Order
) -> tuple[Answers, Answers]:
    """The predictions of the dense network and of the classifier, before and after."""
    texts = [classifier.encode(words), classifier.encode([words[position] for position in order])]
    dense_probabilities = [dense.probabilities(ids) for ids in texts]
    recurrent_probabilities = classifier.probabilities_of(Sequences.from_lists(texts))
    return (
        Answers(labels=dense.labels, before=dense_probabilities[0], after=dense_probabilities[1]),
        Answers(
            labels=classifier.labels, before=recurrent_probabilities[0], after=recurrent_probabilities[1]
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOccurrences:
    """How many training articles of the dense network have a word anywhere, and how many at the same position."""

    word: str
    position: int  # from 0
    anywhere: int
    at_position: int


def word_occurrences(
    classifier: Classifier, dense: DenseNetwork, words: Sequence[str], order: Order
) -> list[WordOccurrences]:
    """The occurrences of each word in the vocabulary at its current position, without the separator."""
    occurrences = []
    for position, typed_position in enumerate(order):
        word = words[typed_position]
        token_id = classifier.vocabulary.token_id(word)
        if token_id != OOV_ID and word != SEPARATOR:
            anywhere, at_position = dense.occurrences(token_id, position)
            occurrences.append(
                WordOccurrences(word=word, position=position, anywhere=anywhere, at_position=at_position)
            )
    return occurrences
