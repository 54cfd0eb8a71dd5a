"""The questions of the chapter on the loop."""

from core.insight.lessons.loop.compute import StateSequence
from pages.learn.questions import Answer, Question
from pages.wording import count


def questions(states: StateSequence) -> tuple[Question, ...]:
    """Ask whether a longer sentence needs more weights; uses this classifier's figures."""
    words, weights, units = len(states.words), count(states.weight_count), count(states.units)
    main = Question(
        ask=f"Your sentence has {count(words)} word{'s' * (words != 1)} for it, and the step has {weights} weights. "
        "How many does it have for a sentence twice as long?",
        answers=(
            Answer(
                text=f"{count(2 * states.weight_count)}: each box of the chain brings its own",
                why=(
                    "This confuses the drawing with the network. Unrolled, the same step is drawn once for "
                    "every word. All boxes are the same step with the same weights."
                ),
            ),
            Answer(
                text=f"{weights}, the same ones",
                why=(
                    "The loop only goes round more often. What is learnt at one word works at every other "
                    "word, and a sentence may have any length."
                ),
                right=True,
            ),
            Answer(
                text="More, because the state must hold more words",
                why=(
                    f"This confuses weights with the state. The state has {units} numbers however long the text "
                    "is. New words change what is there, and that is why old words fade."
                ),
            ),
            Answer(
                text="Fewer for each word, because they are shared out",
                why=(
                    "This confuses sharing with dividing. At every word the step uses all of its weights. "
                    "Shared means that all words use the same ones."
                ),
            ),
        ),
    )
    start = Question(
        name="start",
        ask="What is the hidden state before the first word?",
        answers=(
            Answer(
                text="All zeros",
                why="Nothing was read yet, so nothing is remembered. Every text starts like that.",
                right=True,
            ),
            Answer(
                text="What is left of the text before",
                why="This network starts every text from zero. It carries nothing from text to text.",
            ),
            Answer(
                text="Random numbers",
                why="The weights are random before training. The first state is 0, in training and "
                "afterwards.",
            ),
        ),
    )
    ending = Question(
        name="ending",
        ask="Two sentences differ only in their first word. Are their hidden states the same after 20 words?",
        answers=(
            Answer(
                text="In general no, but they may be close",
                why=(
                    "Each step carries some of the old state along. The chart above shows how much of the "
                    "difference is left."
                ),
                right=True,
            ),
            Answer(
                text="Yes: the last 19 words are the same",
                why="The step takes the word and the last state. The states differ after word 1, and "
                "the difference is carried along.",
            ),
            Answer(
                text="No: they have nothing in common",
                why="The same 19 words push both states the same way, so they mostly come closer.",
            ),
        ),
    )
    return (main, start, ending)
