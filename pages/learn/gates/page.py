"""Chapter on gates: one computed by hand, and a classifier's gates with and without an intervention."""

from collections.abc import Sequence

from pages.learn import chapter_frame
from pages.learn.gates.parts import cells_drawn, classifier_gates, gate_by_hand
from pages.learn.gates.questions import questions
from pages.learn.material import Material
from pages.learn.questions import Question


def body(material: Material) -> Sequence[Question]:
    gate_by_hand(material)
    cells_drawn()
    chosen = classifier_gates(material)
    return questions(*chosen) if chosen else ()


chapter_frame.show("gates", body)
