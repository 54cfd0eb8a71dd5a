"""The questions of the chapter on overfitting."""

from core.insight.lessons.overfitting.compute import History
from core.insight.wording import percent
from pages.learn.questions import Answer, Question


def questions(history: History) -> tuple[Question, ...]:
    """Ask what a rising validation loss means; uses this run's figures."""
    lowest, last = history.lowest, len(history)
    best, end = history.at(lowest), history.at(last)
    development = (
        f"From epoch {lowest} to {last} training accuracy went from {percent(best.accuracy)} to "
        f"{percent(end.accuracy)} here, while the loss on unseen "
        f"headlines went from {best.validation_loss:.2f} to {end.validation_loss:.2f}."
        if lowest < last
        else f"At the end of this run training accuracy was {percent(end.accuracy)}: that is not of unseen headlines."
    )
    main = Question(
        ask="Training loss falls from epoch to epoch, validation loss has begun to rise. What is happening?",
        answers=(
            Answer(
                text="The network gets better; validation loss will follow",
                why=(
                    "Training loss is not what counts. It is measured on headlines that the network has seen "
                    f"many times, and it can fall to 0 by learning them by heart. {development}"
                ),
            ),
            Answer(
                text="The network learns its training headlines by heart",
                why=(
                    "What it learns now only helps with these headlines and misleads it on others. Keep the "
                    f"weights with the lowest validation loss: here those of epoch {lowest}."
                ),
                right=True,
            ),
            Answer(
                text="The steps are too long, so the loss jumps about",
                why=(
                    "This confuses overfitting with a learning rate that is too large. With steps that are too "
                    "long, training loss does not fall steadily either. It jumps or rises too."
                ),
            ),
            Answer(
                text="The validation headlines are harder than the training ones",
                why=(
                    "Both were drawn at random from one file, so neither is harder. Harder headlines would "
                    "have a higher loss from the start. Here it falls first and then rises."
                ),
            ),
        ),
    )
    patience = Question(
        name="patience",
        ask="Patience is 3. When does early stopping end the training?",
        answers=(
            Answer(
                text="After 3 epochs in a row without a better validation loss",
                why="Each new best starts the count again. In the end the weights of the best epoch "
                "are taken.",
                right=True,
            ),
            Answer(
                text="After 3 epochs in all",
                why="Patience counts only the epochs since the best one.",
            ),
            Answer(
                text="As soon as the loss rises",
                why="The loss wobbles, so one bad epoch proves little. Patience 3 waits for three of them.",
            ),
        ),
    )
    test = Question(
        name="test",
        ask="The validation part tells when to stop. Why is there a test part as well?",
        answers=(
            Answer(
                text="The validation score is a little too good, because it chose the epoch",
                why="The best of many epochs is partly luck. The test part chose nothing, so it "
                "tells what to expect.",
                right=True,
            ),
            Answer(
                text="Two scores are surer than one",
                why="They measure different things. One of them helped to choose the weights, the "
                "other did not.",
            ),
            Answer(
                text="The network learns from the test part at the end",
                why="It never learns from the test part. Otherwise the score would tell how well it "
                "learnt by heart.",
            ),
        ),
    )
    return (main, patience, test)
