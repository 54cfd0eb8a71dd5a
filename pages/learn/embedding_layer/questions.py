"""The questions of the chapter on the Embedding layer."""

from core.insight.lessons.embedding_layer.compute import EmbeddingLayer
from core.text.vocabulary import OOV_ID
from pages.learn.questions import Answer, Question
from pages.wording import count


def questions(layer: EmbeddingLayer) -> tuple[Question, ...]:
    """Ask whether a longer input adds parameters to the layer; uses the values of the sliders."""
    length, rows = layer.input_length, layer.input_dim
    main = Question(
        ask=f"input_length goes from {count(length)} to {count(2 * length)}. What happens to the layer's "
        f"{count(layer.parameters)} parameters?",
        answers=(
            Answer(
                text=f"They double to {count(2 * layer.parameters)}",
                why=(
                    "This gives every place a table of its own. There is one table, and all places look up "
                    f"their rows in it. The output doubles, from {count(length * layer.output_dim)} numbers a "
                    f"text to {count(2 * length * layer.output_dim)}."
                ),
            ),
            Answer(
                text=f"{count(length)} rows are added, {count(length * layer.output_dim)} parameters",
                why=(
                    "This confuses places with words. A row belongs to a word in the vocabulary. input_dim "
                    f"says how many rows there are: {count(rows)}, however long a text is."
                ),
            ),
            Answer(
                text="It depends on how many new words the longer texts hold",
                why=(
                    "Longer texts may show words that were cut before. But input_dim sets the size of the "
                    f"table. A word without a row of its own shares row {OOV_ID}."
                ),
            ),
            Answer(
                text="Nothing changes: the number stays the same",
                why=f"{count(rows)} rows times {count(layer.output_dim)} numbers are {count(layer.parameters)}, and "
                "the length is not in this product.",
                right=True,
            ),
        ),
    )
    lookup = Question(
        name="lookup",
        ask="What does the Embedding layer do with token id 7?",
        answers=(
            Answer(
                text="It takes row 7 of its table",
                why="The id only says which row. The row is the word's vector, and training changes it.",
                right=True,
            ),
            Answer(
                text="It multiplies 7 by a weight",
                why="A token id is a name, not an amount. Token 14 is not twice token 7, so there is "
                "nothing to multiply.",
            ),
            Answer(
                text="It writes 7 as a row of zeros with a single 1",
                why="That would be one-hot. One-hot times the table gives the same row, with far more work.",
            ),
        ),
    )
    padding = Question(
        name="padding",
        ask="A text has 5 words and is padded to 8. What does the layer give for the last three places?",
        answers=(
            Answer(
                text="Row 0 of its table, three times",
                why="Padding is token id 0, and the layer looks up row 0 like any other. A mask then "
                "tells the next layers to skip it.",
                right=True,
            ),
            Answer(
                text="Nothing: the output has 5 rows",
                why="All texts of a batch must have the same length, so the output has 8 rows.",
            ),
            Answer(
                text="The rows of the last three words again",
                why="The layer knows no words, only ids. The id of padding is 0, so it looks up row 0.",
            ),
        ),
    )
    return (main, lookup, padding)
