"""The questions of the chapter on gates."""

from core.insight.activations.captions import NAMES, quoted_word
from core.insight.lessons.gates.captions import ENDS
from core.insight.lessons.gates.compute import GateActivations
from core.settings.network import GATES
from pages.learn.questions import Answer, Question
from pages.wording import count, plain


def questions(free: GateActivations, gate: str, unit: int) -> tuple[Question, ...]:
    """Ask what computes a gate; uses this sentence's activations. Nothing if they are the same at every timestep."""
    values = free.values(gate)[:, unit]
    max_position, min_position = int(values.argmax()), int(values.argmin())
    if max_position == min_position:
        return ()
    cell = free.classifier.network.cell
    name, (low, high) = NAMES[gate], ENDS[cell, gate]
    inputs = "the word alone" if cell == "minGRU" else "the word and the state before it"
    units = free.classifier.network.layers[0].units
    main = Question(
        ask=plain(
            f"Unit {unit + 1}'s {name} is {values[max_position]:.2f} at {quoted_word(free.words, max_position)} and "
            f"{values[min_position]:.2f} at "
            f"{quoted_word(free.words, min_position)}. Who decided that?"
        ),
        answers=(
            Answer(
                text="The person who built the network, with a setting",
                why=(
                    "This confuses a gate with a setting such as the number of units. People only decided that "
                    f"there are gates: {count(units)} units and {GATES[cell]} blocks of weights for each. No "
                    "setting says how far a gate opens at a word."
                ),
            ),
            Answer(
                text="Chance: gates open and shut at random, so that it does not learn by heart",
                why="This confuses gates with dropout, which hides numbers at random while a network trains. A gate is "
                "computed: the same sentence gives the same gates each time.",
            ),
            Answer(
                text=f"The network itself, from {inputs}",
                why=f"A gate is a small sum of {inputs}, squashed between 0 ({low}) and 1 ({high}). The weights of "
                "that sum are learnt like all others.",
                right=True,
            ),
            Answer(
                text="Training: it found one number for each unit, which then stays",
                why=(
                    "This confuses the weights with the gate. After training the weights stay. The gate is "
                    f"computed again from {inputs} at each word. One fixed number would be like the slider "
                    "above: the same at all words."
                ),
            ),
        ),
    )
    keep = Question(
        name="keep",
        ask="An update gate of a GRU is 1 at every word, the first one too. What does the unit hold in the end?",
        answers=(
            Answer(
                text="What it started with",
                why="At 1 everything is kept and nothing comes in. The state starts at 0, so it stays 0. (In the chart "
                "above the gate lets the first word in.)",
                right=True,
            ),
            Answer(
                text="The last word alone",
                why="That is an update gate of 0: everything is replaced at every word.",
            ),
            Answer(
                text="The average of all words",
                why="In an average every word counts the same. But with this gate no word comes in at all.",
            ),
        ),
    )
    carry = Question(
        name="carry",
        ask="What does an LSTM have that a GRU does not have?",
        answers=(
            Answer(
                text="A second state, the carry, and a gate for what it shows of it",
                why=(
                    "An output gate says how much of the carry becomes the hidden state. A GRU shows "
                    "everything that it holds."
                ),
                right=True,
            ),
            Answer(
                text="A memory from one text to the next",
                why="Both start every text with an empty state.",
            ),
            Answer(
                text="Gates that a person sets",
                why="In both the network computes its gates at every word, with weights that it has learnt.",
            ),
        ),
    )
    return (main, keep, carry)
