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
                why=(
                    "A network that knows nothing is not always wrong. It names the most frequent category "
                    "every time, and is right whenever that category comes up."
                ),
            ),
            Answer(
                text="Not at all: a better network makes up for it",
                why=(
                    "This confuses the network with what it is given. No network can read what is no longer in "
                    "the texts."
                ),
            ),
        ),
    )
    space = Question(
        name="space",
        ask="The tutorial joins headline and description without a space. What happens to the vocabulary?",
        answers=(
            Answer(
                text="It grows, because two words become one in almost every text",
                why=(
                    "“…cup” and “The…” become “cupThe”: a new word, seen once. The network cannot learn from "
                    "it."
                ),
                right=True,
            ),
            Answer(
                text="It shrinks, because there are fewer words",
                why=(
                    "Each text has one word less. But nearly every joined word is a new one, so there are more "
                    "different words."
                ),
            ),
            Answer(
                text="Nothing: the tokenizer finds the words anyway",
                why="The tokenizer splits at spaces and punctuation. Where there is neither, there "
                "is one word.",
            ),
        ),
    )
    watch = Question(
        name="watch",
        ask="Early stopping watches training accuracy. When does it stop?",
        answers=(
            Answer(
                text="Late or never",
                why="Training accuracy keeps rising as headlines are learnt by heart. So it always "
                "looks like progress.",
                right=True,
            ),
            Answer(
                text="Too early",
                why="It stops when nothing gets better any more. Training accuracy gets better for a "
                "very long time.",
            ),
            Answer(
                text="At the right moment, as accuracy is what counts",
                why="Accuracy on new headlines counts. Training accuracy is measured on headlines "
                "that the network has seen.",
            ),
        ),
    )
    return (main, space, watch)
