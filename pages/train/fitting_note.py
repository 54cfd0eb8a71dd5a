"""What a preset took from the chosen file: its numbers beside those of a large file, and why they differ."""

from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from pages.widgets.steps_note import training_steps
from pages.wording import count


def fitting_note(settings: RunSettings, rows: int, *, has_test_file: bool = False) -> str:
    """The numbers of a preset that was fitted to a file of ``rows`` articles; empty where it is as it was made.

    Args:
        has_test_file: whether another file is the test part.
    """
    preset = PRESETS.get(settings.preset)
    if preset is None:
        return ""
    numbers = [
        f"{phrase.format(count(fitted))} instead of {count(original)}"
        for phrase, fitted, original in (
            ("batches of {}", settings.training.batch_size, preset.training.batch_size),
            ("{} epochs", settings.training.epochs, preset.training.epochs),
            ("a vocabulary of at most {}", settings.network.vocabulary_size, preset.network.vocabulary_size),
            ("texts read up to token {}", settings.network.sequence_length, preset.network.sequence_length),
        )
        if fitted != original
    ]
    segmented = "segmentation" in settings.cleaning.steps
    words = "A small model finds its words, because no spaces separate them." if segmented else ""
    if not numbers:
        return words
    note = f"Fitted to this file: {', '.join(numbers)}."
    steps, unfitted = (training_steps(each, rows, has_test_file=has_test_file) for each in (settings, preset))
    if steps > unfitted:
        note += (
            f" The preset was made for 180,000 articles. Without changes, {count(rows)} would give "
            f"{count(unfitted)} step{'s' * (unfitted != 1)} of learning instead of {count(steps)}."
        )
    if settings.network.tokenization != preset.network.tokenization:
        note += " Its tokens are characters, because no spaces separate the words in this file."
    return f"{note} {words}".strip()
