"""Chapter: gates, one worked by hand and those of a classifier, free and forced."""

from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.gates.parts import classifier_gates, gate_by_hand


def body(material: Material) -> Question | None:
    gate_by_hand(material)
    return classifier_gates(material)


chapters.show("gates", body)
