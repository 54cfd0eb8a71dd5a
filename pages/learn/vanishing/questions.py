"""The questions of the chapter on vanishing gradients."""

from core.insight.lessons.vanishing import compute
from core.insight.lessons.vanishing.captions import format_number
from pages.learn.questions import Answer, Question
from pages.learn.vanishing.parts import EXPLODING, HARDLY, UNITS, WEIGHT, WORDS


def questions() -> tuple[Question, ...]:
    """Ask what a vanishing gradient does to training; uses the sliders' initial values."""
    chain = compute.chain(WEIGHT, WORDS, 0.0)
    share, back = format_number(chain.first_gradient), WORDS - 1
    free, pushed = (
        format_number(compute.chain(EXPLODING, WORDS, push).first_gradient) for push in (0.0, HARDLY)
    )
    main = Question(
        ask=f"With w = {WEIGHT}, {share} of the gradient arrives {back} words back. What does that do to training?",
        answers=(
            Answer(
                text="The network forgets what it has learnt about that word",
                why=(
                    "This confuses learning with forgetting. Weights that get no gradient do not change. They "
                    "never get the message that they should."
                ),
            ),
            Answer(
                text="A longer step makes up for it: take a larger learning rate",
                why=(
                    "A learning rate multiplies all gradients alike. To make this one count, it would have to "
                    f"be {format_number(1 / chain.first_gradient)} times as large. Then the step for the last "
                    "word would be that much larger too, although its gradient has not shrunk."
                ),
            ),
            Answer(
                text="The network learns almost nothing from that word",
                why=(
                    "Weights move by the gradient. The near words drown out the far word, so the network "
                    "learns from the near ones. Gates were invented to fix that."
                ),
                right=True,
            ),
            Answer(
                text="Nothing bad: a small gradient means that the network is right",
                why="This confuses two reasons for a small gradient. At a good answer it is small for every word. Here "
                "it is small for the far words alone, however wrong the answer is.",
            ),
            Answer(
                text="Nothing, if w is simply made larger than 1",
                why=f"In one unit that helps only while its state is exactly 0. At w = {EXPLODING} the gradient is "
                f"{free} times as large {back} words back; a push of {HARDLY} makes it {pushed}. In {UNITS[-1]} units "
                "it does explode, and one step throws the weights far off. No w is safe for every length.",
            ),
        ),
    )
    time = Question(
        name="time",
        ask="Why is it called backpropagation through time?",
        answers=(
            Answer(
                text="The gradient goes back through the timesteps, from the last word to the first",
                why="A timestep is one word. Unrolled, the network has one layer for each, and the "
                "gradient goes back through all.",
                right=True,
            ),
            Answer(
                text="It takes a long time",
                why="The name is about timesteps, not about the clock. A timestep is one word.",
            ),
            Answer(
                text="The headlines are sorted by date",
                why="Dates play no part in it. Time is the place of a word in its text.",
            ),
        ),
    )
    units = Question(
        name="units",
        ask=f"A layer of one unit has w = {EXPLODING}, and each word pushes its state a little. Why does its gradient "
        "not explode?",
        answers=(
            Answer(
                text="Its state soon stays where tanh is flat",
                why="There each factor is below 1. In a layer of many units some states are always near 0, where tanh "
                "is steep. So there the gradient can grow.",
                right=True,
            ),
            Answer(
                text=f"{EXPLODING} is too small a weight",
                why=f"While the state is exactly 0, the same weight makes the gradient {free} times as large {back} "
                "words back.",
            ),
            Answer(
                text="A gradient is never larger than 1",
                why=f"It can be. In the layer of {UNITS[-1]} units above, it grows on its way back if the largest "
                "eigenvalue is well above 1.",
            ),
        ),
    )
    return (main, time, units)
