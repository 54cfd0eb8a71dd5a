"""The questions of the chapter on word order."""

from core.insight.lessons.no_memory.compute import Answers
from core.insight.wording import points
from pages.learn.questions import Answer, Question


def questions(dense: Answers, recurrent: Answers) -> tuple[Question, ...]:
    """Ask why the dense network gives the same answer for two orders of the same words."""
    main = Question(
        ask="“Dog bites man” and “Man bites dog”: a network takes the average of the words' rows. What does it say?",
        answers=(
            Answer(
                text="Two different answers, if it has learnt from enough articles",
                why=(
                    "This confuses what a network has learnt with what it gets. Both headlines give the same "
                    "average. So the same numbers come in, and the answer is the same, however much it has learnt. "
                    "Your sentence above, in any order, moves the dense network by "
                    f"{points(dense.moved_probability)}."
                ),
            ),
            Answer(
                text="The same answer to both, apart from rounding",
                why=(
                    "The average of 1, 2 and 3 is that of 3, 2 and 1. Which word came first is gone before the "
                    "dense layer begins. A computer rounds at each step, so the last digits may differ. (Our network "
                    "counts the words first, so not even these differ.) A recurrent network reads one word "
                    "after the other and keeps a state. The order above moves it by "
                    f"{points(recurrent.moved_probability)}."
                ),
                right=True,
            ),
            Answer(
                text="Nearly the same answer, as the words are nearly the same",
                why=(
                    "For this network the two are not similar but the same: the same three rows, the same average. "
                    "Only a network that reads the order might give nearly the same answer."
                ),
            ),
            Answer(
                text="It remembers the first headline and uses it for the second",
                why=(
                    "This confuses memory within a text with memory between texts. Neither network carries "
                    "anything from one headline to the next. A recurrent one carries its state from word to "
                    "word within one headline."
                ),
            ),
        ),
    )
    task = Question(
        name="task",
        ask="Which question can a bag of words answer as well as a network that reads in order?",
        answers=(
            Answer(
                text="Is this text about football?",
                why="The words “goal” and “referee” answer that, in any order.",
                right=True,
            ),
            Answer(
                text="Who won: the first team or the second?",
                why="Both teams are in the bag whoever won. Only the order tells them apart.",
            ),
            Answer(
                text="Does “not” belong to “good” or to “cheap”?",
                why="“Not good, but cheap” and “not cheap, but good” are the same bag.",
            ),
        ),
    )
    places = Question(
        name="places",
        ask="A dense layer can have weights for every place. Why is that no good way to learn order?",
        answers=(
            Answer(
                text="It must learn each word again at every place",
                why="What it learns about “goal” at place 3 says nothing about “goal” at place 4. It "
                "would need far more texts.",
                right=True,
            ),
            Answer(
                text="It would still not know the order",
                why="It would: the same word at another place meets other weights. The trouble is "
                "how many weights there are.",
            ),
            Answer(
                text="Texts have no places",
                why="They have: the first word, the second word and so on. A table with a weight for "
                "each is possible, but large.",
            ),
        ),
    )
    return (main, task, places)
