"""Chapter on gates: one computed by hand, and a classifier's gates with and without an intervention."""

from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.gates.parts import classifier_gates, gate_by_hand


def body(material: Material) -> Question | None:
    gate_by_hand(material)
    return classifier_gates(material)


chapters.show("gates", body)
