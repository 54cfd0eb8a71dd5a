"""The field's words: one plain sentence each, a formula where there is one, and where to see it in the app.

The glossary page lists them, and the chapters link the first use of each to it. Sources: I. Goodfellow, Y. Bengio and
A. Courville, Deep Learning (2016), and the documentation of Keras and scikit-learn.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the field.

    Attributes:
        meaning: one or two plain sentences; plain text.
        formula: in LaTeX, or "".
        chapters: names of the chapters in which it occurs, the first one explains it.
        page: key of the page on which to see it, or "".
        also: other forms and names of the word.
    """

    meaning: str
    formula: str = ""
    chapters: tuple[str, ...] = ()
    page: str = ""
    also: tuple[str, ...] = ()


TERMS: dict[str, Term] = {
    "ablation": Term(
        meaning="You remove one part, such as a unit, and look at what gets worse. That shows what the part was for.",
        page="inside",
        chapters=("gates",),
    ),
    "accuracy": Term(
        meaning="The share of texts whose most probable label is the correct one.",
        formula=r"\text{accuracy} = \frac{\text{correct answers}}{\text{all answers}}",
        chapters=("overfitting",),
        page="evaluate",
    ),
    "activation": Term(
        meaning="The number that a unit gives for the text it reads.",
        page="inside",
        also=("activations",),
        chapters=("loop",),
    ),
    "Adam": Term(
        meaning="An optimizer that gives each weight a step size of its own, from the gradients so far.",
        page="train",
        chapters=("learning",),
    ),
    "attribution": Term(
        meaning="A number for each word: how much it speaks for or against the answer.",
        page="predict",
        also=("attributions",),
    ),
    "backpropagation": Term(
        meaning="The way to compute all gradients: from the loss back through the network, layer by layer, with the "
        "chain rule.",
        chapters=("learning",),
    ),
    "backpropagation through time": Term(
        meaning="Backpropagation in a recurrent network. The gradient goes back through every timestep, from the last "
        "word to the first.",
        formula=r"\frac{\partial h_T}{\partial h_t} = \prod_{k=t+1}^{T} \frac{\partial h_k}{\partial h_{k-1}}",
        chapters=("vanishing",),
        page="race",
    ),
    "bag of words": Term(
        meaning="A text as the words that occur in it, without their order.",
        chapters=("no_memory",),
        page="evaluate",
    ),
    "batch": Term(
        meaning="The texts that the network reads before it changes its weights once.",
        page="train",
        also=("batches",),
        chapters=("learning",),
    ),
    "bias": Term(
        meaning="A number that a unit adds to its sum, whatever comes in. It is learnt like a weight.",
        also=("biases",),
        chapters=("learning",),
    ),
    "bidirectional": Term(
        meaning="Two recurrent layers read the text, one forwards and one backwards, and their states are joined.",
        page="train",
    ),
    "confusion matrix": Term(
        meaning="A table that counts, for each true category, which categories the network answered.",
        page="evaluate",
    ),
    "counterfactual": Term(
        meaning="The same text with one word changed: what would the network have said?",
        page="predict",
        also=("counterfactuals",),
    ),
    "cross-entropy": Term(
        meaning="The loss of a classifier: it is small when the correct label gets a high probability.",
        formula=r"\text{loss} = -\ln p_{\text{correct}}",
        chapters=("learning",),
    ),
    "dense": Term(
        meaning="A dense vector has few zeros. In a dense layer, each unit is connected to every input.",
        chapters=("vectors", "no_memory"),
    ),
    "dimension": Term(
        meaning="How many numbers a vector has.",
        chapters=("vectors", "embedding_layer"),
        page="word_map",
        also=("dimensions",),
    ),
    "dropout": Term(
        meaning="In training some numbers are set to 0 at random, so that the network cannot rely on any one of them.",
        chapters=("overfitting",),
        page="train",
    ),
    "early stopping": Term(
        meaning="Training ends when the validation loss has not fallen for some epochs. The best weights are kept.",
        chapters=("overfitting",),
        page="train",
    ),
    "embedding": Term(
        meaning="A short vector for each word that the network learns.",
        chapters=("vectors", "embedding_layer"),
        page="word_map",
        also=("embeddings",),
    ),
    "ensemble": Term(
        meaning="Several networks that answer together. Their outputs are averaged.",
        page="train",
    ),
    "epoch": Term(
        meaning="One pass through all training texts.",
        chapters=("overfitting",),
        page="train",
        also=("epochs",),
    ),
    "exploding gradient": Term(
        meaning="A gradient that grows at every step back, until one step throws the weights far off.",
        chapters=("vanishing",),
        also=("exploding gradients",),
    ),
    "F1": Term(
        meaning="One number for precision and recall. Macro F1 is the average over all categories.",
        formula=r"F_1 = \frac{2 \cdot \text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}}",
        page="evaluate",
    ),
    "gate": Term(
        meaning="A number between 0 and 1 that a unit computes at every word. It says how much is kept or let in.",
        formula=r"z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)",
        chapters=("gates",),
        page="inside",
        also=("gates",),
    ),
    "gradient": Term(
        meaning="How much the loss changes when one weight grows a little. Training moves each weight against it.",
        formula=r"\frac{\partial\,\text{loss}}{\partial w}",
        chapters=("learning", "vanishing"),
        also=("gradients",),
    ),
    "GRU": Term(
        meaning="Gated recurrent unit: a recurrent cell with an update gate and a reset gate (Cho and others, 2014).",
        formula=r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t",
        chapters=("gates",),
        page="race",
    ),
    "hidden state": Term(
        meaning="The row of numbers that a recurrent network carries from word to word: its memory.",
        formula=r"h_t",
        chapters=("loop", "vanishing"),
        page="inside",
        also=("hidden states",),
    ),
    "hyperparameter": Term(
        meaning="A setting that you choose before training, such as the number of units. It is not learnt.",
        page="train",
        also=("hyperparameters",),
        chapters=("embedding_layer",),
    ),
    "label": Term(
        meaning="The category that an article belongs to, as the file says.",
        page="data",
        also=("labels",),
        chapters=("learning",),
    ),
    "learning rate": Term(
        meaning="How far the weights move against the gradient in one step.",
        formula=r"w \leftarrow w - \eta \, \frac{\partial\,\text{loss}}{\partial w}",
        chapters=("learning",),
        page="train",
    ),
    "lemma": Term(
        meaning="The form of a word that you find in a dictionary: “run” for “ran”.",
        chapters=("faults",),
        page="cleaning",
        also=("lemmas", "lemmatizer"),
    ),
    "logits": Term(
        meaning="The network's numbers for the categories before softmax makes probabilities of them.",
        page="predict",
        chapters=("learning",),
        also=("logit",),
    ),
    "loss": Term(
        meaning="One number for how wrong the network is. Training makes it smaller.",
        chapters=("learning", "overfitting"),
        page="train",
    ),
    "LSTM": Term(
        meaning=(
            "Long short-term memory: a recurrent cell with three gates and a second state, the carry "
            "(Hochreiter and Schmidhuber, 1997)."
        ),
        formula=r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t, \quad h_t = o_t \odot \tanh c_t",
        chapters=("gates",),
        page="race",
    ),
    "mask": Term(
        meaning="It marks the padding, so that the network skips it.",
        page="words",
        chapters=("embedding_layer",),
    ),
    "n-gram": Term(
        meaning="n tokens in a row: “dog bites” is a 2-gram, also called a bigram.",
        chapters=("numbers",),
        page="words",
        also=("n-grams",),
    ),
    "neuron": Term(
        meaning="The smallest part of a network: it adds up its inputs, each times a weight, and bends the sum. Also "
        "called a unit.",
        formula=r"y = \tanh(w_1 x_1 + \dots + w_n x_n + b)",
        also=("neurons",),
        chapters=("learning",),
    ),
    "one-hot": Term(
        meaning="A vector for a word that is 1 at the word's number and 0 everywhere else.",
        chapters=("vectors",),
    ),
    "optimizer": Term(
        meaning="The rule that turns gradients into steps of the weights: SGD, RMSprop, Adam.",
        page="train",
        also=("optimizers",),
        chapters=("learning",),
    ),
    "out-of-vocabulary": Term(
        meaning="A word without its own number. All such words share one number.",
        chapters=("numbers",),
        page="words",
    ),
    "overfitting": Term(
        meaning="The network learns its training texts by heart and gets worse on texts that it has not seen.",
        chapters=("overfitting",),
        page="train",
    ),
    "padding": Term(
        meaning="Zeros that make short texts as long as the longest of a batch.",
        chapters=("embedding_layer", "faults"),
        page="words",
    ),
    "parameter": Term(
        meaning="A number that training changes: a weight or a bias.",
        chapters=("embedding_layer",),
        page="train",
        also=("parameters",),
    ),
    "recurrent network": Term(
        meaning="A network that reads one word after the other and carries a hidden state along.",
        chapters=("no_memory", "loop"),
        page="inside",
        also=("recurrent networks",),
    ),
    "regularisation": Term(
        meaning="Whatever keeps a network from overfitting, such as dropout.",
        page="train",
        chapters=("overfitting",),
    ),
    "RMSprop": Term(
        meaning="An optimizer that divides each step by the usual size of that weight's gradient.",
        page="train",
        chapters=("learning",),
    ),
    "SGD": Term(
        meaning="Stochastic gradient descent: after each batch every weight takes a step against its gradient.",
        page="train",
        also=("stochastic gradient descent",),
        chapters=("learning",),
    ),
    "sigmoid": Term(
        meaning="A curve that turns any number into one between 0 and 1.",
        formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        chapters=("gates",),
    ),
    "SimpleRNN": Term(
        meaning="The simplest recurrent cell of Keras. It has no gates.",
        formula=r"h_t = \tanh(W x_t + U h_{t-1} + b)",
        chapters=("loop", "vanishing"),
        page="race",
    ),
    "softmax": Term(
        meaning="It turns the logits into probabilities that add up to 1.",
        formula=r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        page="predict",
        chapters=("learning",),
    ),
    "sparse": Term(
        meaning="In a sparse vector, nearly all numbers are 0.",
        chapters=("vectors",),
    ),
    "stop word": Term(
        meaning="A frequent word that tells little about the topic: “the”, “and”.",
        chapters=("faults",),
        page="cleaning",
        also=("stop words", "stop-word"),
    ),
    "tanh": Term(
        meaning="A curve that turns any number into one between -1 and 1. It is steep at 0 and flat far from it.",
        formula=r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        chapters=("loop", "vanishing"),
    ),
    "test part": Term(
        meaning="Articles that are kept back until the end. They show how good the network is on new texts.",
        page="evaluate",
        also=("test set",),
        chapters=("overfitting",),
    ),
    "timestep": Term(
        meaning="One step of a recurrent network: it reads one token.",
        chapters=("loop",),
        page="inside",
        also=("timesteps",),
    ),
    "token": Term(
        meaning="A piece of text that gets a number: a word, a character or an n-gram.",
        chapters=("numbers",),
        page="words",
        also=("tokens",),
    ),
    "tokenization": Term(
        meaning="Cutting a text into tokens.",
        chapters=("numbers",),
        page="words",
    ),
    "validation part": Term(
        meaning="Articles that the network does not learn from. They show during training how good it is.",
        chapters=("overfitting",),
        page="train",
        also=("validation set",),
    ),
    "vanishing gradient": Term(
        meaning="A gradient that shrinks at every step back, until nothing reaches the first words.",
        chapters=("vanishing",),
        page="race",
        also=("vanishing gradients",),
    ),
    "vector": Term(
        meaning="A row of numbers. It can be drawn as an arrow.",
        chapters=("vectors",),
        page="word_map",
        also=("vectors",),
    ),
    "vocabulary": Term(
        meaning="The list of tokens that have a number of their own.",
        chapters=("numbers",),
        page="words",
    ),
    "weight": Term(
        meaning="A number that an input is multiplied by. Training changes it.",
        chapters=("learning", "loop"),
        page="train",
        also=("weights",),
    ),
}

# Longer words first: "vanishing gradient" before "gradient". The form that a text uses -> the term.
_FORMS = {form.lower(): term for term in TERMS for form in (term, *TERMS[term].also)}
_FORM = "|".join(re.escape(form) for form in sorted(_FORMS, key=len, reverse=True))
# What is code, a formula, a link, a directive or a heading stays as it is.
_SKIPPED = r"`[^`]*`|\$[^$]*\$|!?\[[^\]]*\]\([^)]*\)|:[\w-]+\[[^\]]*\]|:material/\w+:|^#.*$"
_TERM_OR_SKIPPED = re.compile(rf"(?P<skipped>{_SKIPPED})|(?<![\w-])(?P<form>{_FORM})(?![\w-])", re.I | re.M)


def anchor(term: str) -> str:
    """The part of the glossary page's address that leads to the term: "hidden-state"."""
    return term.lower().replace(" ", "-")


def link_first_uses(markdown: str, linked: Collection[str] = ()) -> tuple[str, frozenset[str]]:
    """Link the first use of each term to the glossary, with its meaning as a tip.

    Args:
        markdown: a text of ours. A visitor's words in it must be escaped (``pages.wording.literal``).
        linked: terms that have a link already and get none.

    Returns:
        the Markdown, and all terms that are linked now.
    """
    done = set(linked)

    def link(match: re.Match[str]) -> str:
        form = match["form"]
        if form is None or _FORMS[form.lower()] in done:
            return match[0]
        term = _FORMS[form.lower()]
        done.add(term)
        return f'[{form}](glossary#{anchor(term)} "{TERMS[term].meaning}")'

    return _TERM_OR_SKIPPED.sub(link, markdown), frozenset(done)
