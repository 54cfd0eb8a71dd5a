"""The questions of the chapter on tokenization."""

from collections.abc import Sequence

from core.insight.lessons.numbers.compute import CHARACTER, MAX_N, WORD, TokenizationCost
from core.insight.wording import percent
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID
from pages.learn.questions import Answer, Question
from pages.wording import count


def questions(costs: Sequence[TokenizationCost]) -> tuple[Question, ...]:
    """Ask why long n-grams are not the best tokens (with the file's figures), what an id says, what is unknown."""
    word, gram = costs[WORD], costs[MAX_N]
    figures = ""
    if word.unseen is not None and gram.unseen is not None and gram.unseen > word.unseen:
        figures = (
            f" In this file {percent(word.unseen)} of a new text's words were never seen, but {percent(gram.unseen)} "
            f"of its n-grams of {MAX_N} words."
        )
    main = Question(
        ask=f"N-grams of {MAX_N} words say more than single words. Why not use those as tokens?",
        answers=(
            Answer(
                text="They forget the order of the words",
                why="Single words do that when they are only counted. An n-gram keeps the order of its words; that is "
                "what it is good for.",
            ),
            Answer(
                text="More of a new text's n-grams were never seen, and the network knows nothing about those",
                why=f"All tokens that were never seen share the number {OOV_ID}.{figures}",
                right=True,
            ),
            Answer(
                text="A computer cannot store so many numbers",
                why=f"It can: {count(gram.different)} different n-grams of {MAX_N} words were just counted here. What "
                "is missing are texts to learn each of them from.",
            ),
            Answer(
                text="A text would become a longer row of numbers",
                why=f"Characters do that: a text has {costs[CHARACTER].pieces:.0f} of them on average. It has "
                f"{word.pieces:.1f} words and {gram.pieces:.1f} such n-grams, so the row does not grow.",
            ),
        ),
    )
    number = Question(
        name="number",
        ask=f"“Goal” is token {FIRST_WORD_ID + 100}, “rain” is token {FIRST_WORD_ID + 200}. What does that say "
        "about the two words?",
        answers=(
            Answer(
                text="“Rain” means twice as much as “goal”",
                why="A token id is a name, not an amount. You cannot calculate with it, just as with the numbers on "
                "players' shirts.",
            ),
            Answer(
                text="“Goal” occurs more often in the training texts",
                why="The vocabulary is sorted: the most frequent token comes first. The number says nothing else.",
                right=True,
            ),
            Answer(
                text="“Goal” comes before “rain” in the alphabet",
                why="That is true, but the vocabulary is not sorted by the alphabet. It is sorted by how often a token "
                "occurs.",
            ),
        ),
    )
    unknown = Question(
        name="unknown",
        ask="Tomorrow's headline has a name that the training texts do not have. What does the network read?",
        answers=(
            Answer(
                text="Nothing: the headline is refused",
                why="The other words can still be read. One number is kept for all tokens that are not in the "
                "vocabulary.",
            ),
            Answer(
                text="A new number, the next free one",
                why="The vocabulary is fixed when training begins. A new number would need a new row of weights, and "
                "nobody has trained it.",
            ),
            Answer(
                text=f"The number {OOV_ID}, as for any other word that it does not know",
                why="To the network all out-of-vocabulary words are the same word. Characters would help here: their "
                "vocabulary is small and nearly complete.",
                right=True,
            ),
        ),
    )
    return (main, number, unknown)
