"""The questions of the chapter on embeddings."""

from collections.abc import Sequence

from core.insight.lessons.vectors.compute import ONE_HOT_DISTANCE, Distance
from pages.learn.questions import Answer, Question
from pages.learn.vectors.parts import ChapterEmbedding
from pages.wording import count, plain


def questions(
    embedding: ChapterEmbedding, first: str, second: str, distances: Sequence[Distance]
) -> tuple[Question, ...]:
    """Ask whether one-hot distances depend on the words; uses the figures of this pair."""
    vectors, first_text, second_text = embedding.vectors, plain(first), plain(second)
    nearest, farthest = distances[0], distances[-1]
    learnt_figures = ""
    if vectors.learnt and len(distances) > 1:
        learnt_figures = (
            f" There “{first_text}” is {nearest.distance:.2f} from “{plain(nearest.word)}” and "
            f"{farthest.distance:.2f} from “{plain(farthest.word)}”."
        )
    main = Question(
        ask=f"One-hot, “{first_text}” is {ONE_HOT_DISTANCE:.2f} from “{second_text}”. How far is it from any other "
        "word?",
        answers=(
            Answer(
                text="Nearer, if the two mean nearly the same",
                why="This confuses one-hot rows with learnt ones. A one-hot row holds the word's number and nothing of "
                f"its meaning; nearness in meaning is what the learnt rows bring.{learnt_figures}",
            ),
            Answer(
                text="Nearer, if their numbers are close",
                why=f"This takes the number for an amount. “{first_text}” is number {count(vectors.token_id(first))} "
                f"and “{second_text}” "
                f"{count(vectors.token_id(second))}: it only says where in the row the 1 stands. The 1 stands in "
                "another place or it does not; how many zeros lie between makes no difference.",
            ),
            Answer(
                text=f"Just as far, {ONE_HOT_DISTANCE:.2f}, whichever word it is",
                why="Two one-hot rows differ in two places, by 1 each, and the root of 1 + 1 is "
                f"{ONE_HOT_DISTANCE:.2f}. So by one-hot rows all words are equally strange to one another.",
                right=True,
            ),
            Answer(
                text="Farther, the more words the index has",
                why="This confuses the size of a row with a distance. More words add zeros to both rows, and between "
                "zero and zero there is nothing. What grows is the space that the rows take.",
            ),
        ),
    )
    return (main,)
