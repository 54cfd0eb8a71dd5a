"""The parts of the chapter on the tutorial's faults: six switches, what is left of the file, each fault by itself."""

from collections.abc import Callable

import streamlit as st

from core.insight.dataset.cleaning_effect import WordCounts
from core.insight.lessons.embedding_layer.compute import TUTORIAL, TUTORIAL_NAME
from core.insight.lessons.faults import compute, loop_timing
from core.insight.lessons.faults.compute import FAULTS, NAMES, TEXT_FAULTS, Fault, FaultName
from core.insight.lessons.faults.loop_timing import LoopTiming
from core.insight.lessons.overfitting.compute import ACCURACY, LOSS
from core.news.news import News
from core.settings.presets import PRESETS
from core.text.cleaning import clean, clean_all, texts_of
from pages import navigation
from pages.cleaning.steps import draw_steps
from pages.learn.chapters import CHAPTERS, Answer, Material, Question
from pages.learn.overfitting.parts import whose
from pages.single_flight_cache import SingleFlightCache
from pages.wording import count, duration, literal, percent, plain

_ON_AT_FIRST: frozenset[FaultName] = frozenset({"join"})
_TIMED = 300  # texts that the slow loop is timed on
_PATIENCE = PRESETS["article"].training.patience

_words_left = SingleFlightCache[WordCounts](12)
_loop_times = SingleFlightCache[LoopTiming](6)


def _key(name: FaultName) -> str:
    return f"lesson_fault_{name}"


def _set_all(on: bool) -> None:
    for name in NAMES:
        st.session_state[_key(name)] = on


def switches() -> frozenset[FaultName]:
    """The main thing to move: a switch a fault. Those that are on."""
    with st.container(horizontal=True):
        st.button("All as printed", key="faults_on", on_click=_set_all, args=(True,))
        st.button("All mended", key="faults_off", on_click=_set_all, args=(False,))
    chosen = set()
    for one in FAULTS:
        key = _key(one.name)
        st.session_state.setdefault(key, one.name in _ON_AT_FIRST)
        if st.toggle(one.title, key=key, persist_state="session"):
            chosen.add(one.name)
    return frozenset(chosen)


# --- What is computed of the file, once for all visitors ---


def words_left(news: News, chosen: frozenset[FaultName]) -> WordCounts:
    """The words with these faults; a file is cleaned and counted once for each choice, behind a progress bar."""
    wanted: frozenset[FaultName] = frozenset(name for name in TEXT_FAULTS if name in chosen)
    if "lemma" in wanted:  # nothing is left, whatever the others do
        wanted = frozenset({"lemma"})
    key = (news.fingerprint, wanted)
    if (known := _words_left.peek(key)) is not None:
        return known
    texts = f"{count(len(news))} texts"
    bar = st.progress(0.0, f"Cleaning {texts}")

    def show(share: float) -> None:
        bar.progress(min(1.0, share), f"Cleaning {texts}" if share < 1 else f"Counting the words of {texts}")

    left = _words_left.get(key, lambda: compute.remaining_words(news.table, wanted, show))
    bar.empty()
    return left


def _timed(news: News) -> LoopTiming:
    def build() -> LoopTiming:
        rows = news.table.iloc[:: max(1, len(news) // _TIMED)].head(_TIMED)
        return loop_timing.time_loops(clean_all(texts_of(rows, compute.BEFORE_LOOP), compute.BEFORE_LOOP))

    return _loop_times.get(news.fingerprint, build)


# --- Each fault by itself ---


def each(material: Material, chosen: frozenset[FaultName], mended: WordCounts) -> None:
    """Printed beside mended, the difference as a number, and a sentence, of every fault that is on."""
    shown: dict[FaultName, Callable[[Material, WordCounts], None]] = {
        "join": _join,
        "patterns": _patterns,
        "lemma": _lemma,
        "padding": _padding,
        "watching": _watching,
        "rebuilt": _rebuilt,
    }
    if not chosen:
        st.caption("Put a fault back with a switch: what it costs by itself stands here then.")
    for one in FAULTS:
        if one.name in chosen:
            with st.container(border=True):
                st.markdown(f"**{one.title}**")
                _code(one)
                shown[one.name](material, mended)


def _code(fault: Fault) -> None:
    for column, name, code in zip(
        st.columns(2), ("As printed", "Mended"), (fault.printed, fault.mended), strict=True
    ):
        column.caption(name)
        column.code(code, language="python", wrap_lines=True)


def _figures(*rows: tuple[str, float, float], show: Callable[[float], str] = count) -> None:
    """(what, as printed, mended) and the difference, one beside the other."""
    with st.container(horizontal=True):
        for what, printed, mended in rows:
            apart = printed - mended
            sign = "+" if apart > 0 else "−" if apart < 0 else ""
            below = f"mended {show(mended)}, difference {sign}{show(abs(apart))}"
            st.metric(what, show(printed), below, delta_color="off", delta_arrow="off", width="content")


def _join(material: Material, mended: WordCounts) -> None:
    news = material.news
    left = words_left(news, frozenset({"join"}))
    seams = compute.seams(news.table)
    _figures(("Different words", left.distinct, mended.distinct))
    if seams.last is None or seams.first is None:
        st.markdown("In this file no article has both a headline and a description, so nothing fuses.")
        return
    last, first = (literal(plain(word)[:40]) for word in (seams.last, seams.first))
    st.markdown(
        f"{count(seams.both)} of {count(seams.articles)} articles have both. At the seam the last word of the headline "
        f"and the first of the description become one: “{last}” and “{first}” are “{last}{first}”. To the network that "
        "is a new word, which has nothing to do with either."
    )


def _patterns(material: Material, mended: WordCounts) -> None:
    left = words_left(material.news, frozenset({"patterns"}))
    _figures(
        ("Texts with a word", compute.non_empty_texts(left), compute.non_empty_texts(mended)),
        ("Different words", left.distinct, mended.distinct),
        ("Words in all", left.tokens, mended.tokens),
    )
    st.markdown(
        "`\\s` is white space, `s` is a letter; `[^\\w\\s]` is punctuation, `[^ws]` is all but two letters. "
        f"{count(left.empty)} texts end empty; of the rest only letters w are left."
    )
    mine = [clean(material.sentence, one) for one in (compute.PATTERNS, compute.MENDED)]
    printed, better = (f"as “{literal(text)}”" if text else "as nothing" for text in mine)
    st.markdown(f"Your sentence ends {printed}; mended {better}. Step by step, as printed:")
    draw_steps(material.sentence, compute.PATTERNS, key="lesson_printed")


def _lemma(material: Material, mended: WordCounts) -> None:
    left = words_left(material.news, frozenset({"lemma"}))
    _figures(
        ("Texts with a word", compute.non_empty_texts(left), compute.non_empty_texts(mended)),
        ("Words in all", left.tokens, mended.tokens),
    )
    st.markdown(
        "The dictionary form is looked up, and the answer is dropped: the sentence stays the empty list that it began "
        f"as. {count(left.empty)} of {count(len(left.lengths))} texts end empty, and your sentence too."
    )


def _padding(material: Material, mended: WordCounts) -> None:
    long, short = (
        compute.padding_effect(mended.lengths, columns=columns)
        for columns in (TUTORIAL.input_length, TUTORIAL.padded_length)
    )
    _figures(
        ("Steps of the network a text", long.columns, short.columns),
        ("Places never filled", long.always_empty, short.always_empty),
    )
    st.markdown(
        literal(compute.padding_caption(short, long))
        + f" {percent(1 - short.uncut)} of the texts are longer than {short.cut} words: their end is cut off anyway."
    )


def _watching(material: Material, mended: WordCounts) -> None:
    history, what = whose(material, choose=False)
    printed, better = (history.early_stop(watched, _PATIENCE) for watched in (ACCURACY, LOSS))
    kept = printed.after, better.best  # the printed line restores nothing: the last weights stay
    _figures(("Epochs learnt", printed.after, better.after), ("Epoch kept", *kept))
    watched, mended_loss = (history.at(epoch).validation_loss for epoch in kept)
    _figures(("Validation loss of what is kept", watched, mended_loss), show=lambda number: f"{number:.2f}")
    st.markdown(
        f"By a patience of {_PATIENCE}, this app's for the tutorial's network. Training accuracy reaches a new high in "
        f"{history.accuracy_records} of these {len(history)} epochs, whether or not unseen headlines gain by it."
    )
    st.caption(what)
    chapter = CHAPTERS["overfitting"]
    if st.button(f"Open the chapter: {chapter.title}", key="to_overfitting", icon=chapter.icon):
        navigation.turn(chapter.file, chapter.title)


def _rebuilt(material: Material, mended: WordCounts) -> None:
    news = material.news
    found = _timed(news)
    printed, better = found.seconds_for(len(news))
    _figures(("Measured, in milliseconds", 1000 * found.at_every_word, 1000 * found.once))
    st.markdown(
        f"The same words come out, in {found.slowdown:.1f} times the time: measured on {count(found.texts)} "
        f"texts of the "
        f"file, {count(found.words)} words, in time of the processor. All {count(len(news))} texts would take about "
        f"{duration(printed)} instead of {duration(better)}."
    )
    st.caption(
        "These are the two loops alone. The whole printed cleaning is timed by `python -m benchmarks.cleaning FILE`: "
        "on 180,768 articles it took 48 s, and 19 s with both made once (benchmarks/README.md)."
    )


# --- All together ---


def together(material: Material, chosen: frozenset[FaultName], left: WordCounts) -> None:
    """What the faults that are on do besides what is left of the words, in a few sentences."""
    lines = []
    if "padding" in chosen:
        long = compute.padding_effect(left.lengths, columns=TUTORIAL.input_length)
        lines.append(
            f"Of {count(long.columns)} places a text {percent(long.filled)} hold a word that is left."
        )
    if "watching" in chosen:
        history, _ = whose(material, choose=False)
        stop, better = (history.early_stop(watched, _PATIENCE) for watched in (ACCURACY, LOSS))
        lines.append(f"Training ends after epoch {stop.after} instead of {better.after}.")
    if "rebuilt" in chosen:
        lines.append(f"The loop over the words takes {_timed(material.news).slowdown:.1f} times as long.")
    if lines:
        st.markdown(f"And besides: {' '.join(lines)}")


def question(chosen: frozenset[FaultName], left: WordCounts, mended: WordCounts) -> Question:
    """How one would have noticed; with the figures of the file."""
    texts, empty = len(left.lengths), left.empty
    here = f"With the faults that you have put back, {empty:,} of {texts:,} texts are empty; mended {mended.empty:,}."
    return Question(
        ask="The printed code runs to its end. How would one have noticed that no word was left in any text?",
        answers=(
            Answer(
                text="Python would have stopped with an error",
                why="This confuses code that runs with code that does what is meant. “s+” is a valid pattern, a list "
                "without words is a valid list, and an empty text is a valid text.",
            ),
            Answer(
                text="By looking at some texts, and counting words, after every step",
                why=f"One look at one cleaned text tells it all. {here}",
                right=True,
            ),
            Answer(
                text="From the accuracy: it would have been 0",
                why="This takes a network that knows nothing for one that is always wrong. It names the most frequent "
                "category every time, and is right as often as that category comes up.",
            ),
            Answer(
                text="Not at all: a better network makes up for it",
                why="This confuses the network with what it is given. What is not in the texts any more no network can "
                "read out of them.",
            ),
        ),
    )


def tutorial() -> str:
    """Where the faults come from; Markdown."""
    return (
        f"The tutorial is {TUTORIAL_NAME}. Its code is shortened here; what it does to your file is computed, with "
        "all else mended."
    )
