"""The errors whose text is shown to a person as it stands.

Each text says what is wrong, where (line number, field) and what to do now. Everything
else that is raised is a defect of ours, and a page shows it as one.
"""


class HeadlineLabError(Exception):
    """Base of every error that a visitor can cause and can mend."""


class NewsFileError(HeadlineLabError):
    """The file as a whole cannot be read as news."""


class WordVectorsError(HeadlineLabError):
    """The file as a whole cannot be read as word vectors, or is no longer there."""


class SettingsError(HeadlineLabError, ValueError):
    """A setting is outside its bounds or not of its kind."""


class ClassifierError(HeadlineLabError):
    """A classifier's folder is missing, damaged or not ours."""


class RunError(HeadlineLabError):
    """A run cannot be started, found or continued."""


class AnalysisError(HeadlineLabError):
    """What was to be found out about a classifier cannot be, or has not been yet."""
