"""Chapter: gates, one worked by hand and those of a classifier, free and forced."""

from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.gates.parts import by_hand, own


def body(material: Material) -> Question | None:
    by_hand(material)
    return own(material)


chapters.show("gates", body)
