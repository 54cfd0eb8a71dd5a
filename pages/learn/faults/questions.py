"""The questions of the chapter on the tutorial's faults."""

from core.insight.dataset.cleaning_effect import WordCounts
from pages.learn.questions import Answer, Question


def questions(faulty: WordCounts, mended: WordCounts) -> tuple[Question, ...]:
    """Ask how to notice that no word remains; uses the file's figures."""
    texts, empty = len(faulty.lengths), faulty.empty
    figures = (
        f"With the faults that you have put back, {empty:,} of {texts:,} texts are empty; mended "
        f"{mended.empty:,}."
    )
    main = Question(
        ask="The printed cleaning runs without an error, and no word is left in any text. How would you have noticed?",
        answers=(
            Answer(
                text="Python would have stopped with an error",
                why="This confuses code that runs with code that does what is meant. “s+” is a valid pattern, a list "
                "without words is a valid list, and an empty text is a valid text.",
            ),
            Answer(
                text="By looking at some texts, and counting words, after every step",
                why=f"One look at one cleaned text shows it. {figures}",
                right=True,
            ),
            Answer(
                text="From the accuracy: it would have been 0",
                why="This takes a network that knows nothing for one that is always wrong. It names the most frequent "
                "category every time, and is right as often as that category comes up.",
            ),
            Answer(
                text="Not at all: a better network makes up for it",
                why="This confuses the network with what it is given. No network can read out of the texts "
                "what is no longer in them.",
            ),
        ),
    )
    return (main,)
