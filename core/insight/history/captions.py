"""Texts of a run's history: captions and titles of the learning curves, and how good the guesses were.

Plain text; a page escapes it.
"""

from itertools import pairwise

from core.insight.evaluation.report import MIN_ARTICLES
from core.insight.history.guess_outcome import AccuracyOutcome, HardestOutcome
from core.insight.history.learning_curves import Curves, Metric
from core.insight.wording import join_names, ordinal, percent, points

# Smaller differences do not count: of accuracies, and of a loss as a share of it.
_LEAST, _LEAST_SHARE = 0.01, 0.01
_MOST_NAMED = 3  # equally hard categories in a caption
_BY_HEART = 0.05  # gap of training and validation accuracy from which the caption speaks of overfitting


def learning_curve_title(curves: Curves, metric: Metric) -> str:
    """The chart's title: the curve's finding so far."""
    now = curves.whole[metric] or curves.validation[metric] or curves.training[metric]
    if not now:
        return "Accuracy: not known yet" if metric == "accuracy" else "Loss"
    latest = max(curves.validation[metric][-1:] + curves.whole[metric][-1:] or now[-1:])
    if metric == "accuracy":
        after = "1 epoch" if latest[0] == 1 else f"{latest[0]:.1f}".removesuffix(".0") + " epochs"
        return f"Unseen articles: {100 * latest[1]:.1f} % right after {after}"
    whole, training = curves.whole["loss"], curves.training["loss"]
    lowest = min(whole, key=lambda point: point[1], default=None)
    if lowest and whole[-1][1] > lowest[1] and training and training[-1][1] < lowest[1]:
        return f"Loss rises since epoch {lowest[0]:g}: learning by heart"
    return f"Loss on unseen articles: {latest[1]:.2f}"


def learning_curve(curves: Curves, metric: Metric) -> str:
    """The caption of one metric's curves so far; plain text."""
    return _accuracy_caption(curves) if metric == "accuracy" else _loss_caption(curves)


def _accuracy_caption(curves: Curves) -> str:
    whole = curves.whole["accuracy"]
    points_so_far = whole or curves.validation["accuracy"]
    if not points_so_far:
        return "Waiting for the first articles. There is no result yet."
    epoch, accuracy = points_so_far[-1]
    text = f"It is right for {percent(accuracy)} of unseen articles"
    if curves.majority is None:
        return f"{text}."
    ahead = accuracy - curves.majority
    if ahead < _LEAST:
        return (
            f"{text}. That is no better than always naming the largest category "
            f"({percent(curves.majority)}). It has learnt nothing useful{' so far' if epoch < 1 else ''}."
        )
    text += f", {points(ahead)} more than always naming the largest category"
    if curves.linear is not None:
        lead = accuracy - curves.linear
        text += (
            f" and {points(lead)} {'more' if lead > 0 else 'less'} than the linear model"
            if abs(lead) >= _LEAST / 10
            else " and as often as the linear model"
        )
    text += "."
    if whole and (gap := curves.learnt["accuracy"][-1][1] - accuracy) > _BY_HEART:
        learnt = curves.learnt["accuracy"][-1][1]
        text += (
            f" On its training articles it is right for {percent(learnt)}. This gap of {points(gap)} shows "
            "overfitting."
        )
    return text


def _loss_caption(curves: Curves) -> str:
    """Whether validation loss falls, rests or rises since its minimum, and what training loss does meanwhile."""
    whole, learnt = curves.whole["loss"], curves.learnt["loss"]
    if not whole:
        if not curves.training["loss"]:
            return "Waiting for the first articles. There is no result yet."
        return "The first epoch is running. After the second epoch you will see if the loss falls."
    if len(whole) == 1:
        return (
            f"After the first epoch the loss on unseen articles is {whole[-1][1]:.2f}. One epoch does not show "
            "a trend."
        )
    lowest = min(range(len(whole)), key=lambda index: whole[index][1])
    since = len(whole) - 1 - lowest
    epochs = f"{since} epoch{'s' * (since != 1)}"
    if since:
        after = [loss for _, loss in whole[lowest:]]
        rising = all(later > earlier for earlier, later in pairwise(after))
        falls = learnt[-1][1] < learnt[lowest][1]
        selected = f"The weights of epoch {whole[lowest][0]:g} are kept."
        if rising and falls:
            return (
                f"Validation loss has risen for {epochs} while training loss falls. The network is learning "
                f"the training headlines by heart. {selected}"
            )
        if rising:
            return (
                f"Validation loss has risen for {epochs}, and training loss does not fall either. The steps "
                f"are probably too long. Try a smaller learning rate. {selected}"
            )
        return f"Validation loss has not been lower than {whole[lowest][1]:.2f} for {epochs}. {selected}"
    fell = whole[-2][1] - whole[-1][1]
    text = f"Validation loss fell from {whole[-2][1]:.2f} to {whole[-1][1]:.2f} in the last epoch"
    if fell < _LEAST_SHARE * whole[-2][1]:
        return f"Validation loss has almost stopped falling ({whole[-1][1]:.2f}). More epochs would change little."
    return f"{text}. More epochs may lower it further."


def guessed_accuracy(outcome: AccuracyOutcome) -> str:
    """How far the guess was off, and the interval of the accuracy; plain text."""
    off = outcome.guessed - outcome.accuracy
    judged = "Almost exactly right" if outcome.right else f"{points(off)} too {'high' if off > 0 else 'low'}"
    return (
        f"{judged}. The test on {outcome.rows:,} articles says that the accuracy is between "
        f"{percent(outcome.low)} and {percent(outcome.high)} (95 % interval)."
    )


def hardest_category(outcome: HardestOutcome) -> str:
    """Which category is the hardest, and the rank of the guessed one; plain text."""
    if outcome.judged < 2:
        return f"No two categories have {MIN_ARTICLES} test articles, too few to say which is the hardest."
    count = (
        f" Only the {outcome.judged:,} of {outcome.categories:,} categories with at least {MIN_ARTICLES} test articles "
        "count."
        if outcome.judged < outcome.categories
        else ""
    )
    if len(outcome.hardest) == outcome.judged:
        text = (
            f"The network finds {percent(outcome.least)} of every category, in all {outcome.judged:,}. None is "
            "the hardest."
        )
        return f"{text}{count}"
    names, share = join_names(outcome.hardest, most=_MOST_NAMED), percent(outcome.least)
    if outcome.right:
        return f"Right: {share} of the articles in {names} are found, less than in any other category.{count}"
    single = len(outcome.hardest) == 1
    text = f"Hardest {'is' if single else 'are'} {names}: {share} of {'its' if single else 'their'} articles are found."
    return f"{text} {_rank_caption(outcome)}{count}"


def hardest_names(outcome: HardestOutcome) -> str:
    """The names of the hardest categories as a list; plain text."""
    if outcome.judged < 2:
        return "too few articles to tell"
    return join_names(outcome.hardest, most=_MOST_NAMED) if len(outcome.hardest) < outcome.judged else "none"


def _rank_caption(outcome: HardestOutcome) -> str:
    name = outcome.guessed
    if outcome.articles is None:
        return f"{name} is not a category in this run."
    if not outcome.articles:
        return f"{name} has no test article, so it cannot be judged."
    if outcome.rank is None or outcome.recall is None:
        articles = f"{outcome.articles} test article{'s' * (outcome.articles != 1)}"
        return f"{name} has {articles}, too few to judge it."
    rank = "easiest" if outcome.rank == outcome.judged else f"{ordinal(outcome.rank)} hardest"
    text = f"{name} is the {rank} of {outcome.judged:,}, with {percent(outcome.recall)}"
    if outcome.beyond_chance:
        return f"{text}."
    return f"{text}. With few test articles this order could be luck. Your guess may be just as good."
