"""The questions of the chapter on tokenization."""

from collections.abc import Sequence

from core.insight.lessons.numbers.compute import CHARACTER, MAX_N, WORD, TokenizationCost
from core.insight.wording import percent
from core.text.vocabulary import OOV_ID
from pages.learn.questions import Answer, Question
from pages.wording import count


def questions(costs: Sequence[TokenizationCost]) -> tuple[Question, ...]:
    """Ask why long n-grams are not the best tokens; quotes the out-of-vocabulary shares if they show it."""
    word, gram = costs[WORD], costs[MAX_N]
    figures = ""
    if word.unseen is not None and gram.unseen is not None and gram.unseen > word.unseen:
        figures = (
            f" In this file {percent(word.unseen)} of a new text's words were never seen, but {percent(gram.unseen)} "
            f"of its n-grams of {MAX_N} words."
        )
    main = Question(
        ask=f"N-grams of {MAX_N} words say more than single words. Why not number those instead?",
        answers=(
            Answer(
                text="Because they forget in which order the words stood",
                why="That is what single words do, when they are only counted. An n-gram keeps their order; this "
                "is what it is good for.",
            ),
            Answer(
                text="Because more of a new text's pieces were never seen, and of an unseen piece nothing is learnt",
                why=f"All that was never seen gets the same number, {OOV_ID}.{figures}",
                right=True,
            ),
            Answer(
                text="Because a computer cannot hold so many numbers",
                why=f"It can: {count(gram.different)} different n-grams of {MAX_N} words were just counted here. What "
                "is missing are texts to learn each of them from.",
            ),
            Answer(
                text="Because a text would become a longer row of numbers",
                why=f"That is what characters do: {costs[CHARACTER].pieces:.0f} in a text on average. It has "
                f"{word.pieces:.1f} words and {gram.pieces:.1f} such n-grams, so the row does not grow.",
            ),
        ),
    )
    return (main,)
