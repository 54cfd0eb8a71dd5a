"""Widgets of the chapter on the tutorial's faults: ten switches, the words that remain, the effect of each fault."""

from collections.abc import Callable

import streamlit as st

from core.insight.dataset.cleaning_effect import WordCounts
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults import captions, compute, loop_timing
from core.insight.lessons.faults.captions import FAULTS, Fault
from core.insight.lessons.faults.compute import NAMES, TEXT_FAULTS, FaultName
from core.insight.lessons.faults.loop_timing import LoopTiming
from core.insight.lessons.overfitting.compute import ACCURACY, LOSS
from core.news.news import News
from core.settings.presets import PRESETS
from core.tasks.news_tasks import CountFaultyWords, ReadNews
from core.text.cleaning import clean, clean_all, texts_of
from pages import navigation, tasks
from pages.cleaning.steps import draw_steps
from pages.learn.chapters import CHAPTERS
from pages.learn.material import Material
from pages.learn.overfitting.parts import choose_history
from pages.learn.prose import prose
from pages.single_flight_cache import SingleFlightCache
from pages.wording import count, duration, literal, plain

_ON_AT_FIRST: frozenset[FaultName] = frozenset({"join"})
_TIMED_TEXTS = 300  # sample on which both loops are timed
_PATIENCE = PRESETS["article"].training.patience

_loop_times = SingleFlightCache[LoopTiming](1)


def _key(name: FaultName) -> str:
    return f"lesson_fault_{name}"


def _set_all(on: bool) -> None:
    for name in NAMES:
        st.session_state[_key(name)] = on


def fault_switches() -> frozenset[FaultName]:
    """Draw a switch for each fault; return the faults that are on."""
    with st.container(horizontal=True):
        st.button("All as printed", key="faults_on", on_click=_set_all, args=(True,))
        st.button("All mended", key="faults_off", on_click=_set_all, args=(False,))
    switched_on = set()
    for fault in FAULTS:
        key = _key(fault.name)
        st.session_state.setdefault(key, fault.name in _ON_AT_FIRST)
        if st.toggle(fault.title, key=key, persist_state="session"):
            switched_on.add(fault.name)
    return frozenset(switched_on)


# --- Results cached per file, for all visitors ---


def remaining_words(news: ReadNews, faults: frozenset[FaultName]) -> WordCounts:
    """The words of the file cleaned with these faults."""
    text_faults: frozenset[FaultName] = frozenset(name for name in TEXT_FAULTS if name in faults)
    if "lemma" in text_faults:  # it leaves no word, so the other faults change nothing
        text_faults = frozenset({"lemma"})
    return tasks.result(CountFaultyWords(news=news, faults=tuple(sorted(text_faults))))


def _loop_timing(news: News) -> LoopTiming:
    def build() -> LoopTiming:
        rows = news.table.iloc[:: max(1, len(news) // _TIMED_TEXTS)].head(_TIMED_TEXTS)
        return loop_timing.time_loops(clean_all(texts_of(rows, compute.BEFORE_LOOP), compute.BEFORE_LOOP))

    return _loop_times.get(news.key, build)


# --- Each fault alone ---


def each_fault(material: Material, faults: frozenset[FaultName], mended: WordCounts) -> None:
    """Draw, for each fault that is on, its code as printed and mended, and its effect in figures and a sentence."""
    draw: dict[FaultName, Callable[[Material, WordCounts], None]] = {
        "join": _join,
        "patterns": _patterns,
        "rebuilt": _slow_loop,
        "lemma": _lemma,
        "padding": _padding,
        "rows": _rows,
        "dropout": _dropout,
        "watching": _wrong_monitor,
        "checkpoint": _checkpoint,
        "cut_off": _cut_off,
    }
    if not faults:
        st.caption("Put a fault back with a switch. Then you see here what it costs.")
    for fault in FAULTS:
        if fault.name in faults:
            with st.container(border=True):
                st.markdown(f"**{fault.title}**")
                _code(fault)
                draw[fault.name](material, mended)


def _code(fault: Fault) -> None:
    for column, name, code in zip(
        st.columns(2), ("As printed", "Mended"), (fault.printed, fault.mended), strict=True
    ):
        column.caption(name)
        column.code(code, language="python", wrap_lines=True)


def _metrics(*rows: tuple[str, float, float], as_text: Callable[[float], str] = count) -> None:
    """Draw a metric for each (label, value as printed, value mended), with the difference below."""
    with st.container(horizontal=True):
        for label, printed, mended in rows:
            difference = printed - mended
            sign = "+" if difference > 0 else "−" if difference < 0 else ""
            delta = f"mended {as_text(mended)}, difference {sign}{as_text(abs(difference))}"
            st.metric(label, as_text(printed), delta, delta_color="off", delta_arrow="off", width="content")


def _join(material: Material, mended: WordCounts) -> None:
    news = material.news
    faulty = remaining_words(material.news_task, frozenset({"join"}))
    seams = compute.seams(news.table)
    _metrics(("Different words", faulty.distinct, mended.distinct))
    if seams.last is None or seams.first is None:
        st.markdown("In this file no article has both a headline and a description, so no words are joined.")
        return
    last, first = (literal(plain(word)[:40]) for word in (seams.last, seams.first))
    st.markdown(captions.fused_words(seams, last, first))


def _patterns(material: Material, mended: WordCounts) -> None:
    faulty = remaining_words(material.news_task, frozenset({"patterns"}))
    _metrics(
        ("Texts with a word", compute.non_empty_texts(faulty), compute.non_empty_texts(mended)),
        ("Different words", faulty.distinct, mended.distinct),
        ("Words in all", faulty.tokens, mended.tokens),
    )
    prose(captions.printed_patterns(faulty))
    cleaned = [clean(material.sentence, settings) for settings in (compute.PATTERNS, compute.MENDED)]
    printed, corrected = (f"as “{literal(text)}”" if text else "as nothing" for text in cleaned)
    st.markdown(f"Your sentence ends {printed}; mended {corrected}. Step by step, as printed:")
    draw_steps(material.sentence, compute.PATTERNS, key="lesson_printed")


def _lemma(material: Material, mended: WordCounts) -> None:
    faulty = remaining_words(material.news_task, frozenset({"lemma"}))
    _metrics(
        ("Texts with a word", compute.non_empty_texts(faulty), compute.non_empty_texts(mended)),
        ("Words in all", faulty.tokens, mended.tokens),
    )
    prose(captions.no_lemma(faulty))


def _padding(material: Material, mended: WordCounts) -> None:
    long, short = (
        compute.padding_effect(mended.lengths, columns=columns)
        for columns in (TUTORIAL.input_length, TUTORIAL.padded_length)
    )
    prose(f"{captions.padding(short, long)} {captions.truncated(short)}")


def _rows(material: Material, mended: WordCounts) -> None:
    parameters = TUTORIAL.input_dim * TUTORIAL.output_dim, TUTORIAL.token_ids * TUTORIAL.output_dim
    _metrics(
        ("Rows of the table", TUTORIAL.input_dim, TUTORIAL.token_ids),
        ("Parameters of the table", *parameters),
    )
    prose(captions.unreachable_rows())


def _dropout(material: Material, mended: WordCounts) -> None:
    prose(captions.dropout())


def _checkpoint(material: Material, mended: WordCounts) -> None:
    prose(captions.checkpoint())


def _cut_off(material: Material, mended: WordCounts) -> None:
    prose(captions.cut_off())


def _wrong_monitor(material: Material, mended: WordCounts) -> None:
    history, caption = choose_history(material, choose=False)
    printed_stop, mended_stop = (history.early_stop(monitored, _PATIENCE) for monitored in (ACCURACY, LOSS))
    # The printed early stopping restores no weights: those of its last epoch stay.
    kept_epochs = printed_stop.after, mended_stop.best
    _metrics(("Epochs learnt", printed_stop.after, mended_stop.after), ("Epoch kept", *kept_epochs))
    printed_loss, mended_loss = (history.at(epoch).validation_loss for epoch in kept_epochs)
    _metrics(
        ("Validation loss of what is kept", printed_loss, mended_loss), as_text=lambda number: f"{number:.2f}"
    )
    st.markdown(captions.accuracy_records(history, _PATIENCE))
    st.caption(caption)
    chapter = CHAPTERS["overfitting"]
    if st.button(f"Open the chapter: {chapter.title}", key="to_overfitting", icon=chapter.icon):
        navigation.turn(chapter.file, chapter.title)


def _slow_loop(material: Material, mended: WordCounts) -> None:
    news = material.news
    timing = _loop_timing(news)
    printed_seconds, mended_seconds = timing.seconds_for(len(news))
    _metrics(("Measured, in milliseconds", 1000 * timing.at_every_word, 1000 * timing.once))
    times = duration(printed_seconds), duration(mended_seconds)
    prose(captions.loop_times(timing, len(news), *times))
    st.caption(
        "These are the two loops alone. The whole printed cleaning is timed by `python -m benchmarks.cleaning FILE`: "
        "on 180,768 articles it took 48 s, and 19 s with both made once (benchmarks/README.md)."
    )


# --- All faults that are on ---


def combined_effects(material: Material, faults: frozenset[FaultName]) -> None:
    """Draw the effect of the chosen faults on early stopping and time."""
    sentences = []
    if "watching" in faults:
        history, _ = choose_history(material, choose=False)
        sentences.append(
            captions.last_epoch(*(history.early_stop(monitored, _PATIENCE) for monitored in (ACCURACY, LOSS)))
        )
    if "rebuilt" in faults:
        sentences.append(captions.slowdown(_loop_timing(material.news)))
    if sentences:
        st.markdown(f"Besides: {' '.join(sentences)}")
