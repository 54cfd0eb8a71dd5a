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
                why="This takes the drawing for the network. Unrolled, the one step is drawn once for every word; the "
                "boxes are one and the same, with the same weights. That is why they say so.",
            ),
            Answer(
                text=f"{weights}, the same ones",
                why="The loop goes round more often, that is all. What is learnt at one word serves at every other, "
                "and a sentence may have any length.",
                right=True,
            ),
            Answer(
                text="More, because the state must hold more words",
                why=f"This confuses weights with the state. The state has {units} numbers however much was read: what "
                "comes in changes what is there, and that is why old words fade.",
            ),
            Answer(
                text="Fewer for each word, because they are shared out",
                why="This takes sharing for dividing. At every word the step uses all of its weights; shared means "
                "that all words use the same.",
            ),
        ),
    )
    return (main,)
