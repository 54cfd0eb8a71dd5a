"""Chapter on gates: one computed by hand, and a classifier's gates with and without an intervention."""

from pages.learn import chapter_frame
from pages.learn.gates.parts import classifier_gates, gate_by_hand
from pages.learn.gates.question import question
from pages.learn.material import Material
from pages.learn.questions import Question


def body(material: Material) -> Question | None:
    gate_by_hand(material)
    chosen = classifier_gates(material)
    return question(*chosen) if chosen else None


chapter_frame.show("gates", body)
