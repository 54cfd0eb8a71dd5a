"""All tasks that a worker computes: what :mod:`worker` reads is one of these, or is refused."""

from core.tasks.news_tasks import (
    CleanTexts,
    CompareTokenizations,
    CountCategories,
    CountFaultyWords,
    CountTutorialSteps,
    DetectLanguage,
    ExportCleaned,
    IndexNgrams,
    InspectNews,
    MatchVectors,
    MeasureCleaning,
    MeasureCoverage,
    ReadNews,
    SummariseNews,
)
from core.tasks.prediction_tasks import (
    AnswerFile,
    AttributeWords,
    ExportAnswers,
    FindSmallestFlip,
    MeasureForgetting,
    PredictHeadline,
    ReadHeadlineAlong,
    ReadUnitStates,
    SubstituteWord,
    TraceHeadline,
)

AnyTask = (
    ReadNews
    | InspectNews
    | CountCategories
    | DetectLanguage
    | SummariseNews
    | CleanTexts
    | MeasureCleaning
    | ExportCleaned
    | MeasureCoverage
    | IndexNgrams
    | CompareTokenizations
    | MatchVectors
    | CountFaultyWords
    | CountTutorialSteps
    | PredictHeadline
    | ReadHeadlineAlong
    | TraceHeadline
    | ReadUnitStates
    | MeasureForgetting
    | AttributeWords
    | SubstituteWord
    | FindSmallestFlip
    | AnswerFile
    | ExportAnswers
)
