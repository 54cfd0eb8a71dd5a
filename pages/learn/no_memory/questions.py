"""The questions of the chapter on word order."""

from core.insight.lessons.no_memory.compute import Answers
from core.insight.wording import points
from pages.learn.questions import Answer, Question


def questions(dense: Answers, recurrent: Answers) -> tuple[Question, ...]:
    """Ask why the dense network gives the same answer for two orders of the same words."""
    main = Question(
        ask="“Dog bites man” and “Man bites dog”: what does a network say that adds up the rows of the words?",
        answers=(
            Answer(
                text="Two different answers, if it has learnt from enough articles",
                why="This confuses what a network has learnt with what reaches it. Both headlines give the same sum, "
                "so the same numbers come in, and give the same answer, however much was learnt. "
                f"Your sentence above, in any order, moves the dense network by {points(dense.moved_probability)}.",
            ),
            Answer(
                text="The same answer to both, to the last bit",
                why="1 + 2 + 3 is 3 + 2 + 1. Which word came first is gone before the dense layer begins. A recurrent "
                "network meets one word after the other, with a state between; the order above moves it by "
                f"{points(recurrent.moved_probability)}.",
                right=True,
            ),
            Answer(
                text="Nearly the same answer, as the words are nearly the same",
                why="This takes the two for similar inputs. To this network they are one input: the same three rows, "
                "the same sum. Nearly the same is what a network may say that does read the order.",
            ),
            Answer(
                text="It remembers the first headline and answers the second by it",
                why="This confuses memory within a text with memory between texts. Neither network carries anything "
                "from one headline to the next; a recurrent one carries its state from word to word of the same one.",
            ),
        ),
    )
    return (main,)
