"""The questions of the chapter on learning."""

from core.insight.lessons.learning import compute
from pages.learn.questions import Answer, Question


def questions() -> tuple[Question, ...]:
    """Ask what a gradient tells, what a large learning rate does and what a batch is."""
    loss, gradient = compute.one_weight_loss(-3.0)
    gradient_question = Question(
        ask=f"At w = -3 the loss is {loss:.2f} and its gradient is {gradient:.2f}. Which way should w move?",
        answers=(
            Answer(
                text="Up: the loss falls when w grows",
                why="A negative gradient means that the curve goes down to the right. Training moves against the "
                "gradient, so w grows.",
                right=True,
            ),
            Answer(
                text="Down: the gradient is negative",
                why="The gradient points uphill. Going down would make the loss larger. Training goes against it.",
            ),
            Answer(
                text="You cannot know without the other weights",
                why="The gradient of each weight tells its own direction. All weights move at once.",
            ),
        ),
    )
    rate = Question(
        name="rate",
        ask="The learning rate is far too large. What happens to the loss?",
        answers=(
            Answer(
                text="It falls faster, and ends lower",
                why="Only up to a point. A step that is too long jumps over the valley. Try 30 in the chart.",
            ),
            Answer(
                text="It jumps about, or grows",
                why="Each step jumps over the lowest point and may land higher than before.",
                right=True,
            ),
            Answer(
                text="Nothing: only the gradient counts",
                why="A step is the learning rate times the gradient, so both count.",
            ),
        ),
    )
    batch = Question(
        name="batch",
        ask="The batch is 1 headline, not 10. What changes?",
        answers=(
            Answer(
                text="Each step follows a single headline, so the way is less straight",
                why="The gradient of one headline points its own way. Over many steps the network still learns; "
                "this is why it is called stochastic gradient descent.",
                right=True,
            ),
            Answer(
                text="The network learns only one headline",
                why="The next step takes another headline. An epoch ends when each headline had its turn.",
            ),
            Answer(
                text="Nothing: the gradient is the same",
                why="The gradient is computed from the batch alone, and one headline is not the average of ten.",
            ),
        ),
    )
    return (gradient_question, rate, batch)
