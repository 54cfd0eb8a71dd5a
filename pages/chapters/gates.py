"""Chapter: gates, one worked by hand and those of a classifier, free and forced."""

from pages.ui import lesson
from pages.ui.lesson import Material, Question
from pages.ui.lesson_gates import by_hand, own


def body(material: Material) -> Question | None:
    by_hand(material)
    return own(material)


lesson.show("gates", body)
