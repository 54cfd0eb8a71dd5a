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
                why=(
                    "This confuses one-hot rows with learnt ones. A one-hot row only holds the number of the "
                    f"word, not its meaning. Only learnt rows can show which words are related.{learnt_figures}"
                ),
            ),
            Answer(
                text="Nearer, if their numbers are close",
                why=(
                    f"This confuses the number with an amount. “{first_text}” is number "
                    f"{count(vectors.token_id(first))} and “{second_text}” {count(vectors.token_id(second))}. "
                    "It only says where the 1 is in the row. The 1 is in a different place or it is not. The "
                    "number of zeros between does not matter."
                ),
            ),
            Answer(
                text=f"Just as far, {ONE_HOT_DISTANCE:.2f}, whichever word it is",
                why=(
                    "Two one-hot rows differ in two places, by 1 each, and the root of 1 + 1 is "
                    f"{ONE_HOT_DISTANCE:.2f}. So with one-hot rows all words are equally far apart."
                ),
                right=True,
            ),
            Answer(
                text="Farther, the more words the vocabulary has",
                why=(
                    "This confuses the size of a row with a distance. More words add zeros to both rows, and "
                    "zeros add no distance. Only the rows get longer."
                ),
            ),
        ),
    )
    sparse = Question(
        name="sparse",
        ask=f"The vocabulary grows by 1,000 {embedding.token_name}s. What happens to the vectors?",
        answers=(
            Answer(
                text="Each one-hot vector gets 1,000 more zeros; each embedding stays as long as it is",
                why="The dimension of a one-hot vector is the size of the vocabulary. The dimension of an embedding is "
                f"a setting, here {count(vectors.size)}. The table gets 1,000 more rows.",
                right=True,
            ),
            Answer(
                text="Both get 1,000 more numbers",
                why=(
                    "This confuses the embedding with a one-hot vector. Its dimension is chosen before "
                    f"training and does not depend on the vocabulary. Here it is {count(vectors.size)}."
                ),
            ),
            Answer(
                text="Nothing: a new word takes the place of an old one",
                why="Every token of the vocabulary has a number of its own, and a row of the table of its own.",
            ),
        ),
    )
    meaning = Question(
        name="meaning",
        ask="After training, two words have embeddings at a small angle. What have they in common?",
        answers=(
            Answer(
                text="They begin with the same letters",
                why="The network never sees letters here. It sees token ids, which say nothing about spelling.",
            ),
            Answer(
                text="They help to tell the same categories",
                why=(
                    "Training moves an embedding to make the loss smaller. Words with the same use for that "
                    "are moved the same way. They may have different meanings, like “goal” and “referee”."
                ),
                right=True,
            ),
            Answer(
                text="They are equally frequent",
                why="Frequency decides about a word's number, not about its row. But rare words are moved rarely, so "
                "their rows stay nearly as random as at the start.",
            ),
        ),
    )
    return (main, sparse, meaning)
