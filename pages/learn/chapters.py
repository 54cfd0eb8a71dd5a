"""The nine chapters of the lesson and their common frame: controls, one question, a button to the page to go on.

A chapter is a folder in ``pages/learn``; its ``page.py`` hands its body to :func:`show`. Leaves out: what a chapter
computes and how its charts are drawn (``core/insight/lessons``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import paths
from core.errors import HeadlineLabError
from core.insight.dataset.coverage import VocabularyCoverage
from core.news.news import News
from pages import caches, layout, navigation, session
from pages.session import Session
from pages.widgets import news_source
from pages.wording import count, literal

SENTENCE = "lesson_sentence"  # key of the text box that all chapters share
EXAMPLE = "The home team wins the cup after a late goal"
MOST_CHARACTERS = 200
ANSWERED = "answered/"  # prefix of a chapter's name in ``Session.seen``


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter as the list of chapters shows it.

    Attributes:
        title: the page's title, a few words.
        summary: what the chapter lets a visitor try, in two sentences.
        page: key of ``navigation.PAGES``: where to try it on a whole run.
        label: text of the button that opens ``page``.
        own_sentence: whether the chapter uses the visitor's own sentence.
        uses_file: whether its figures come from the chosen file; False: from a run or a classifier.
    """

    title: str
    summary: str
    icon: str
    page: str
    label: str
    own_sentence: bool = True
    uses_file: bool = True

    @property
    def file(self) -> str:
        """The chapter's script, relative to ``pages``."""
        return f"learn/{next(name for name, chapter in CHAPTERS.items() if chapter is self)}/page.py"


# In the order of the lesson. A key is the name of the chapter's folder.
CHAPTERS: dict[str, Chapter] = {
    "numbers": Chapter(
        title="Text into numbers, three ways",
        summary="A network takes numbers, not text. Cut a sentence into words, characters or n-grams, and see what "
        "each way knows and what it costs.",
        icon=":material/tag:",
        page="words",
        label="Number the whole file on the Words page",
    ),
    "vectors": Chapter(
        title="One-hot and embeddings",
        summary="A number alone says nothing about a word. Compare a long row of zeros with a single one and a short "
        "row that is learnt.",
        icon=":material/grid_on:",
        page="word_map",
        label="See all learnt words on the Word map",
    ),
    "embedding_layer": Chapter(
        title="The Embedding layer",
        summary="Turn input_dim, output_dim and input_length, and watch what the layer holds and what it gives on.",
        icon=":material/table_rows:",
        page="train",
        label="Set them for a network on the Train page",
    ),
    "no_memory": Chapter(
        title="A dense network has no memory",
        summary="Shuffle a sentence. A network that adds its words up does not notice; one that reads them in order "
        "does.",
        icon=":material/shuffle:",
        page="evaluate",
        label="Shuffle a whole test part on the Evaluate page",
    ),
    "loop": Chapter(
        title="The loop, rolled and unrolled",
        summary="A recurrent network is one small step, done again at every word. Follow its state from word to word.",
        icon=":material/sync:",
        page="inside",
        label="Look at every state on the Inside page",
    ),
    "vanishing": Chapter(
        title="Vanishing gradients",
        summary="What is learnt at the end must travel back to the first word. Move the slider and see how much "
        "arrives.",
        icon=":material/trending_down:",
        page="race",
        label="Let four cells race on the Memory race page",
    ),
    "gates": Chapter(
        title="Gates",
        summary="A gate is a number between 0 and 1 that the network sets itself. Open and shut one, and see what is "
        "kept.",
        icon=":material/door_front:",
        page="inside",
        label="Force a gate on the Inside page",
        uses_file=False,
    ),
    "overfitting": Chapter(
        title="Overfitting, and when to stop",
        summary="A network can learn headlines by heart. Move the moment of stopping and see what it costs.",
        icon=":material/monitoring:",
        page="train",
        label="Watch it happen on the Train page",
        own_sentence=False,
        uses_file=False,
    ),
    "faults": Chapter(
        title="What is wrong in the tutorial's code",
        summary="The tutorial that this app starts from has six faults in its printed code. Put each back by a switch "
        "and see what it costs.",
        icon=":material/bug_report:",
        page="cleaning",
        label="Put the faults back on the Cleaning page",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to choose, and ``why`` it is right or wrong, shown after the choice. Plain text."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question of a chapter. Plain text. Raises ValueError unless exactly one answer is right."""

    ask: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError(f"one answer must be right: {self.ask}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The input of a chapter: the visitor's sentence and news file, or the built-in sample if none is chosen."""

    visit: Session
    sentence: str

    @property
    def news(self) -> News:
        """The articles; shows a progress bar while it reads a file. Raises NewsFileError: unreadable or deleted."""
        chosen = news_source.read(self.visit, st.empty())
        return chosen or caches.read_news(paths.SAMPLE, news_source.SAMPLE_NAME)

    @property
    def source(self) -> str:
        """The file's name for use in a sentence; plain text."""
        name = self.visit.news_name
        return name if name else "the built-in sample"

    def coverage(self) -> VocabularyCoverage:
        """The file's tokens and vocabulary under the visitor's settings; shows a progress bar while it computes.

        Raises:
            NewsFileError, SettingsError: the file cannot be read or leaves nothing to learn from.
        """
        news, settings = self.news, self.visit.settings
        if caches.has_coverage(news, settings):
            return caches.coverage(news, settings)
        label = f"Cleaning {count(len(news))} texts, then counting words"
        bar = st.progress(0.0, label)
        coverage = caches.coverage(news, settings, lambda share: _show(bar, share, label))
        bar.empty()
        return coverage


def _show(bar: DeltaGenerator, share: float, label: str) -> None:
    bar.progress(min(1.0, share), label)


def show(name: str, body: Callable[[Material], Question | None]) -> None:
    """Draw a chapter: title, body, the question that the body returns, and the buttons to go on.

    Args:
        body: draws controls and charts; returns None if the file gives nothing to ask about.
    """
    visit, chapter = session.current(), CHAPTERS[name]
    position = list(CHAPTERS).index(name)
    back_column, position_column = st.columns([1, 5], vertical_alignment="center")
    with back_column:
        if st.button("All chapters", key="all_chapters", icon=":material/arrow_back:", type="tertiary"):
            navigation.go("learn")
    position_column.caption(f"Chapter {position + 1} of {len(CHAPTERS)}")
    layout.opening(chapter.title, chapter.summary)
    sentence = _sentence() if chapter.own_sentence else ""
    material = Material(visit=visit, sentence=sentence)
    try:
        question = body(material)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        navigation.to_page("data", "Choose another file")
        question = None
    if question:
        _ask(visit, name, question)
    if chapter.uses_file:
        st.caption(_figures_of(material))
    _ending(name, position)


def _sentence() -> str:
    typed = st.text_input(
        "Your sentence",
        EXAMPLE,
        max_chars=MOST_CHARACTERS,
        key=SENTENCE,
        live="200ms",
        placeholder=EXAMPLE,
        persist_state="session",
    )
    return (typed or "").strip() or EXAMPLE


def _figures_of(material: Material) -> str:
    """Which file the figures are computed from; Markdown."""
    rows = material.visit.news_rows
    if material.visit.news_name is None:
        return "The figures are of the built-in sample. Choose a file on the Data page, and they are of that."
    return f"The figures are of {literal(material.source)}{f', {count(rows)} articles' if rows else ''}."


def _ask(visit: Session, name: str, question: Question) -> None:
    """Draw the question, explain the chosen answer and record a right one in the session."""
    with st.container(border=True):
        texts = [literal(answer.text) for answer in question.answers]
        st.markdown(f"**{literal(question.ask)}**")
        choice = st.radio(
            "Answers",
            range(len(texts)),
            index=None,
            format_func=texts.__getitem__,
            key=f"answer/{name}",
            label_visibility="collapsed",  # a screen reader would read the escapes of the question aloud
            persist_state="session",
        )
        if choice is None or choice >= len(texts):
            st.caption("Choose an answer; each is explained.")
            return
        answer = question.answers[choice]
        if answer.right:
            visit.see(ANSWERED + name)
            st.success(f"Right. {literal(answer.why)}", icon=":material/check_circle:")
        else:
            st.warning(f"Not so. {literal(answer.why)}", icon=":material/lightbulb:")


def _ending(name: str, position: int) -> None:
    chapter, names = CHAPTERS[name], list(CHAPTERS)
    with st.container(horizontal=True):
        navigation.to_page(chapter.page, chapter.label, primary=True, key="for_real")
        if position + 1 < len(names):
            following = CHAPTERS[names[position + 1]]
            if st.button(f"Next: {following.title}", key="next_chapter", icon=":material/arrow_forward:"):
                navigation.turn(following.file, following.title)
        elif st.button("All chapters", key="to_contents", icon=":material/school:"):
            navigation.go("learn")


def answered(visit: Session, name: str) -> bool:
    """Whether the visitor has chosen the right answer to the chapter's question."""
    return ANSWERED + name in visit.seen
