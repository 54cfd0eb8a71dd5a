"""The chapters of the lesson, in their order: title, summary, and the page on which to try it on a whole run.

A chapter is a folder in ``pages/learn``; its ``page.py`` hands its body to ``chapter_frame.show``.
"""

from dataclasses import dataclass

from core.settings.network import CELLS, Cell

# Of the whole network, in the order in which a text passes through them. The loss is computed in training alone.
STAGES = (
    "text",
    "tokens",
    "token ids",
    "embedding",
    "hidden states",
    "summary",
    "logits",
    "softmax",
    "loss",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter as the list of chapters shows it.

    Attributes:
        title: the page's title, a few words.
        summary: what the chapter lets a visitor try, in two sentences.
        page: key of ``navigation.PAGES``: where to try it on a whole run.
        label: text of the button that opens ``page``.
        own_sentence: whether the chapter uses the visitor's own sentence.
        stages: of ``STAGES``: what the chapter is about.
        learnt: what a visitor knows in the end: two to four sentences; Markdown.
        questions: the names of its questions, in the order in which it asks them.
        uses_file: whether its figures come from the chosen file; False: from a run or a classifier.
        cells: of the recorded networks on "Who beat whom" that it can show; none: it is not about order or memory.
    """

    title: str
    summary: str
    icon: str
    page: str
    label: str
    stages: tuple[str, ...]
    learnt: tuple[str, ...]
    questions: tuple[str, ...] = ("",)
    own_sentence: bool = True
    uses_file: bool = True
    cells: tuple[Cell, ...] = ()

    @property
    def file(self) -> str:
        """The chapter's script, relative to ``pages``."""
        return f"learn/{next(name for name, chapter in CHAPTERS.items() if chapter is self)}/page.py"


# In the order of the lesson. A key is the name of the chapter's folder.
CHAPTERS: dict[str, Chapter] = {
    "numbers": Chapter(
        title="Text into numbers, three ways",
        summary="A network takes numbers, not text. Cut a sentence into words, characters or n-grams, and see what "
        "each way knows and what it costs.",
        icon=":material/tag:",
        page="words",
        label="Number the whole file on the Words page",
        stages=(
            "text",
            "tokens",
            "token ids",
        ),
        learnt=(
            "A network takes numbers. A text is cut into **tokens**, and each token gets a number: its **token id**.",
            "The **vocabulary** lists the tokens that have a number of their own. All others are "
            "**out-of-vocabulary** and share one.",
            "Characters give long rows. Long n-grams are rarely seen twice. Words are between the two.",
        ),
        questions=("", "number", "unknown"),
    ),
    "vectors": Chapter(
        title="One-hot and embeddings",
        summary="A number alone says nothing about a word. Compare a long row of zeros with a single one and a short "
        "row that is learnt.",
        icon=":material/grid_on:",
        page="word_map",
        label="See all learnt words on the Word map",
        stages=(
            "token ids",
            "embedding",
        ),
        learnt=(
            "A **vector** is a row of numbers. How many numbers it has is its **dimension**.",
            "A one-hot vector is **sparse**: all zeros but one. Any two of them are equally far apart.",
            "An **embedding** is a short **dense** vector that the network learns.",
        ),
        questions=("", "sparse", "meaning"),
    ),
    "embedding_layer": Chapter(
        title="The Embedding layer",
        summary="Turn input_dim, output_dim and input_length, and see what the layer stores and passes on.",
        icon=":material/table_rows:",
        page="train",
        label="Set them for a network on the Train page",
        stages=(
            "token ids",
            "embedding",
        ),
        learnt=(
            "The Embedding layer is a table with a row for each token id. It looks rows up; it does not calculate.",
            "`input_dim` rows of `output_dim` numbers each: their product is the number of parameters.",
            "Longer texts make a longer output. They add no parameters.",
        ),
        questions=("", "lookup", "padding"),
    ),
    "no_memory": Chapter(
        title="A dense network has no memory",
        summary="Shuffle a sentence. A network that takes the average of its words does not notice. One that reads "
        "them in order does.",
        icon=":material/shuffle:",
        page="evaluate",
        label="Shuffle a whole test part on the Evaluate page",
        stages=(
            "embedding",
            "summary",
        ),
        learnt=(
            "A **dense** network that takes the average of its words cannot know their order.",
            "A **recurrent** network reads one word after the other and carries a **hidden state** along.",
            "Weights for every place would need far more texts: each word would have to be seen at each place.",
        ),
        questions=("", "task", "places"),
        cells=CELLS,
    ),
    "loop": Chapter(
        title="The loop, rolled and unrolled",
        summary="A recurrent network is one small step, done again at every word. Follow its state from word to word.",
        icon=":material/sync:",
        page="inside",
        label="Look at every state on the Inside page",
        stages=("hidden states",),
        learnt=(
            "A recurrent network is one step that is repeated at every **timestep**, with the same weights.",
            "The step takes the word's vector and the last hidden state, and makes the next hidden state.",
            "Rolled up or unrolled, it is the same network.",
        ),
        questions=("", "start", "ending"),
        cells=CELLS,
    ),
    "learning": Chapter(
        title="How a network learns",
        summary="Watch a tiny network train, step by step: every word, every headline and the decision between two "
        "categories move.",
        icon=":material/downhill_skiing:",
        page="train",
        label="Train a whole network on the Train page",
        stages=("embedding", "logits", "softmax", "loss"),
        learnt=(
            "A **neuron** adds up its inputs, each times a **weight**, adds a **bias** and bends the sum.",
            "The **loss** says how wrong the network is. Its **gradient** says how each weight changes it.",
            "Training moves every weight a small step against its gradient. The **learning rate** is the size of "
            "the step.",
            "**Backpropagation** computes all gradients. **SGD**, **RMSprop** and **Adam** are optimizers.",
        ),
        questions=("", "rate", "batch"),
        own_sentence=False,
        uses_file=False,
    ),
    "vanishing": Chapter(
        title="Vanishing gradients",
        summary="What is learnt at the end must travel back to the first word. Move the slider and see how much "
        "arrives.",
        icon=":material/trending_down:",
        page="race",
        label="Let four cells race on the Memory race page",
        stages=(
            "hidden states",
            "loss",
        ),
        learnt=(
            "Training sends a **gradient** back through every timestep: **backpropagation through time**.",
            "Each step back multiplies the gradient by a factor. Below 1 it vanishes; above 1 it can explode.",
            "A network learns little from a word whose gradient has vanished. Gates were invented for that.",
        ),
        questions=("", "time", "units"),
        cells=CELLS,
    ),
    "gates": Chapter(
        title="Gates",
        summary="A gate is a number between 0 and 1 that the network sets itself. Open and shut one, and see what is "
        "kept.",
        icon=":material/door_front:",
        page="inside",
        label="Force a gate on the Inside page",
        stages=("hidden states",),
        learnt=(
            "A **gate** is a number between 0 and 1 that the network computes at every word.",
            "An update gate of 1 keeps everything; 0 replaces everything.",
            "A state that is kept carries both the word's effect and its gradient over many words.",
        ),
        questions=("", "keep", "carry"),
        cells=("LSTM", "GRU", "minGRU"),  # a SimpleRNN has no gates
        uses_file=False,
    ),
    "overfitting": Chapter(
        title="Overfitting, and when to stop",
        summary="A network can learn headlines by heart. Move the moment of stopping and see what it costs.",
        icon=":material/monitoring:",
        page="train",
        label="Watch it happen on the Train page",
        stages=(
            "softmax",
            "loss",
        ),
        learnt=(
            "Training loss falls even when the network only learns its headlines by heart.",
            "**Overfitting** shows in the validation loss: it falls, then rises.",
            "**Early stopping** waits for some epochs without progress, then keeps the weights of the best epoch.",
        ),
        questions=("", "patience", "test"),
        own_sentence=False,
        uses_file=False,
    ),
    "faults": Chapter(
        title="What is wrong in the tutorial's code",
        summary="The tutorial that this app starts from has ten faults in its printed code. Put each back with a "
        "switch and see what it costs.",
        icon=":material/bug_report:",
        page="cleaning",
        label="Put the faults back on the Cleaning page",
        stages=(
            "text",
            "tokens",
            "token ids",
        ),
        learnt=(
            "Code that runs without an error can still do the wrong thing.",
            "Look at some texts and count words after every step.",
            "Compare every score with what needs no network.",
        ),
        questions=("", "space", "watch"),
    ),
    "article": Chapter(
        title="The tutorial, reproduced",
        summary="All steps of the tutorial in their order, with its printed numbers beside those of your file. Take "
        "its Keras code with you, mended.",
        icon=":material/history_edu:",
        page="train",
        label="Train this network on the Train page",
        stages=STAGES,
        learnt=(
            "A printed number is a promise: run the steps and compare.",
            "184,853 rows are 200,853 articles without 16,000 of POLITICS, a step that is not printed.",
            "Nearly all parameters of such a network are in its **Embedding** layer.",
            "The **test part** is used once, after everything else is decided.",
        ),
        questions=("", "index", "parameters", "test"),
        own_sentence=False,
    ),
}
