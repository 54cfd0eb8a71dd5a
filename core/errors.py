"""Errors whose text is shown to the user word for word.

Each text says what is wrong, where (line number, field) and what to do. Any other exception is a defect
of this program, and a page shows it as one.
"""


class HeadlineLabError(Exception):
    """Base of every error that a user can cause and can correct."""


class NewsFileError(HeadlineLabError):
    """The file as a whole cannot be read as news."""


class WordVectorsError(HeadlineLabError):
    """The file as a whole cannot be read as word vectors, or is no longer there."""


class SettingsError(HeadlineLabError, ValueError):
    """A setting is outside its bounds or of another type."""


class ClassifierError(HeadlineLabError):
    """A classifier's folder is missing, damaged or not made by Headline Lab."""


class RunError(HeadlineLabError):
    """A run cannot be started, found or continued."""


class AnalysisError(HeadlineLabError):
    """An analysis of a classifier is impossible, damaged or not computed yet."""


class TaskError(HeadlineLabError):
    """A computation on a file could not be done: memory, disk, or it would take too long."""
