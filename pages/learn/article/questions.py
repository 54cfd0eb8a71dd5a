"""The questions of the chapter that reproduces the tutorial."""

from core.insight.lessons.article.compute import recorded
from pages.learn.questions import Answer, Question


def questions() -> tuple[Question, ...]:
    """Ask for the missing step, the word index, the place of the parameters and the use of the test part."""
    steps = recorded()["dataset"].steps
    rows = Question(
        ask="The dataset has 200,853 articles, and the tutorial prints 184,853 rows. How can you find out why?",
        answers=(
            Answer(
                text="Compare the numbers step by step with other code that does the same",
                why="The difference is exactly 16,000. Two public notebooks with the same steps drop 16,000 articles "
                "of POLITICS, so that explains it.",
                right=True,
            ),
            Answer(
                text="Not at all: a network gives other numbers each time",
                why="Counting rows is not training. The same file and the same steps give the same count every time.",
            ),
            Answer(
                text="Cleaning removed the texts that ended empty",
                why="Cleaning changes texts. It takes no row away, even where a text ends empty.",
            ),
        ),
    )
    index = Question(
        name="index",
        ask="You put the missing space between headline and description. What happens to the network?",
        answers=(
            Answer(
                text="It gets smaller, because the word index is shorter",
                why=f"On the dataset the word index is {steps.word_index:,} with the space and "
                f"{steps.word_index_without_space:,} without it. The Embedding layer has a row for each word that has "
                "a number of its own.",
                right=True,
            ),
            Answer(
                text="It gets larger, because texts have more words",
                why="A text has one word more, but the number of rows depends on different words. There are fewer.",
            ),
            Answer(
                text="The recurrent layers get smaller",
                why="Their size depends on the dimension of a word's vector and on their units, not on the words.",
            ),
        ),
    )
    parameters = Question(
        name="parameters",
        ask="Where are most of the 12,297,859 parameters?",
        answers=(
            Answer(
                text="In the Embedding layer",
                why="174,991 rows of 70 numbers are 12,249,370 parameters: all but 48,489 of them.",
                right=True,
            ),
            Answer(
                text="In the three recurrent layers",
                why="They have 17,280 + 24,704 + 5,152 = 47,136. The same weights serve at every timestep.",
            ),
            Answer(
                text="In the Dense layer with its 41 labels",
                why="It has 32 × 41 weights and 41 biases: 1,353 parameters.",
            ),
        ),
    )
    test = Question(
        name="test",
        ask="The printed code gives fit its test part as validation_data. Why does the mended code hold out another?",
        answers=(
            Answer(
                text="What chooses the epoch may not judge it as well",
                why="The best of several epochs on one part is partly luck on that part. The test part must be new.",
                right=True,
            ),
            Answer(
                text="Another part makes the network more accurate",
                why="It even costs training texts. It makes the test accuracy honest, not high.",
            ),
            Answer(
                text="Keras cannot watch a test part",
                why="It can: validation_data takes any texts. But then the test accuracy flatters.",
            ),
        ),
    )
    return (rows, index, parameters, test)
