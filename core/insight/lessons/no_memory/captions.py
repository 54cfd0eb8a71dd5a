"""Sentences on the two networks, and on what another word order changes in their predictions.

Plain text, or Markdown where it says so.
"""

from core.insight.lessons.no_memory.compute import Answers, DenseNetwork
from core.insight.wording import percent, points
from core.settings.network import NetworkSettings


def word_order(answers: Answers, network_name: str, *, changed: bool) -> str:
    """How the order changes one network's prediction.

    Args:
        network_name: subject of the sentence, as "The dense network".
        changed: whether the order differs from the typed one.
    """
    before, after = int(answers.before.argmax()), int(answers.after.argmax())
    if not changed:
        return (
            f"{network_name} says {answers.labels[before]}, {percent(float(answers.before[before]))}. Now "
            f"change the order."
        )
    if answers.same:
        return f"{network_name} still says {answers.labels[before]}. No probability moves."
    label = answers.most_moved
    moved = (
        f"{answers.labels[label]} goes from {percent(float(answers.before[label]))} to "
        f"{percent(float(answers.after[label]))}. In total {points(answers.moved_probability)} move."
    )
    if before == after:
        return f"{network_name} still says {answers.labels[before]}, but its probabilities move: {moved}"
    return (
        f"{network_name} changes its answer from {answers.labels[before]} to {answers.labels[after]}: {moved}"
    )


def title(network_name: str, answers: Answers, *, changed: bool) -> str:
    """The title of the chart of one network's predictions."""
    if not changed:
        return f"{network_name}: the order as typed"
    if answers.same:
        return f"{network_name}: nothing moves"
    return f"{network_name}: {100 * answers.moved_probability:.1f} points move"


def networks(
    dense: DenseNetwork,
    network: NetworkSettings,
    *,
    source: str,
    classifier_caption: str,
    other_source: str | None,
) -> str:
    """Describe the dense network and the classifier; Markdown.

    Args:
        source: name of the file that the dense network is trained on; this and the next two are Markdown already.
        classifier_caption: names the classifier.
        other_source: name of the file that the classifier was trained on, if its categories are others; else None.
    """
    caption = (
        f"The dense network takes the average of the rows of its words, {network.embedding_size:,} numbers "
        f"each. One dense layer follows. It has just learnt from {len(dense.texts):,} articles in {source}, "
        f"and is right for {percent(dense.accuracy)} of {dense.tested:,} new ones. {classifier_caption}"
    )
    if other_source is not None:
        caption += f" It has learnt from {other_source}, so it has different categories."
    if network.has_bag_of_words:
        caption += " Pairs of neighbouring words also vote directly. They see a little of the order too."
    if network.tokenization == "characters":
        caption += " It reads character by character, so characters change places."
    return caption


def position_weights(network: NetworkSettings, labels: int) -> str:
    """The parameters of a dense layer with weights for each position, compared with those of this one."""
    positions, dimensions = network.sequence_length, network.embedding_size
    return (
        "Put the rows of the words end to end instead of taking their average. Then a dense network sees the "
        f"order. But each of {positions:,} places needs its own weights: {positions:,} × {dimensions:,} × "
        f"{labels:,} = {positions * dimensions * labels:,} instead of {dimensions:,} × {labels:,} = "
        f"{dimensions * labels:,}. What it learns about a word at one place does not help at another place."
    )


def counted_articles(dense: DenseNetwork) -> str:
    return f"Counted in the {len(dense.texts):,} articles that the dense network has learnt from."
