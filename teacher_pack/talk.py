"""A talk about bias and labels: what is said, what is asked, and what the starter answers to made-up headlines.

The headlines are invented, in pairs that differ in the people alone, and name no real person.
"""

from core import paths
from core.model.classifier import Classifier

TITLE = "Who names a category?"

# Pairs that differ in who does something. What is done is everyday and good or neutral.
PAIRS: tuple[tuple[str, str], ...] = (
    ("Married couple opens a bakery", "Gay couple opens a bakery"),
    ("A young doctor wins a prize", "A young Black doctor wins a prize"),
    ("Teenager writes a song about school", "Transgender teenager writes a song about school"),
    ("Family celebrates a holiday", "Muslim family celebrates a holiday"),
)

BEFORE = (
    "Some labels are names of people: QUEER VOICES, BLACK VOICES, WOMEN. Pupils in the room may feel meant.",
    "Talk about what the newspaper and the network do, never about who somebody in the room is. Nobody has to tell "
    "anything about themselves.",
    "Let nobody type a classmate's name, or a slur, into the headline box. The network repeats words without "
    "understanding them.",
    "A wrong or hurtful answer is not an opinion. It shows which words stood together in the training texts.",
)

POINTS = (
    "An editor chose the categories and put each article into exactly one. A network learns this choice. It has no "
    "other idea of the world.",
    "An article about a wedding can be WEDDINGS or QUEER VOICES. The editor who chose the label decided what the "
    "article is about first: the event, or the people.",
    "A section called VOICES can give people room of their own. It can also set them apart: no section is called "
    "STRAIGHT VOICES or WHITE VOICES. Both are true at once.",
    "The network looks for words that tell the labels apart. So a word for a group of people becomes a signal for one "
    "section, whatever the article says.",
    "A high accuracy means: the network chooses as the editors did. It does not mean that the choice was fair.",
)

QUESTIONS = (
    "Compare the two answers of each pair. What did the network learn from one word?",
    "Who could have been asked before the categories were named? What would you name them?",
    "The network sorts articles for a front page. Who is read less if it puts an article into the wrong section?",
    "Would it be fairer to remove the words for groups of people before training? What would be lost?",
    "Open Predict, type a headline of each pair, and choose What each word adds. Which words speak most for the label?",
)


def starter_answers() -> tuple[list[str], list[tuple[str, str, float]]]:
    """The starter's labels; and of each headline of the pairs its most probable label and that label's probability."""
    classifier = Classifier.load(paths.STARTER)
    headlines = [headline for pair in PAIRS for headline in pair]
    predictions = classifier.predict(headlines)
    answers = [
        (headline, prediction.label, prediction.probability)
        for headline, prediction in zip(headlines, predictions, strict=True)
    ]
    return list(classifier.labels), answers
