"""Evaluate, Twins: pairs taken for one another, the words that tell them apart, and a run that learns them as one."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.insight.evaluation import captions
from core.insight.evaluation.category_merge import compare_accuracy, merged_label_ids
from core.insight.evaluation.confusion import ConfusedPair, confused_pairs, distinguishing_words
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.runs import scheduler
from core.runs.run import ACTIVE, Run
from core.settings.run import RunSettings
from pages import caches, layout, navigation
from pages.session import Session, current
from pages.widgets.evaluation_context import EvaluationContext, load_evaluation
from pages.widgets.job_button import job_result
from pages.widgets.run_view import progress, total_epochs
from pages.wording import count, literal, percent, plain

EVERY = 1.5  # seconds between two looks at the run that learns them as one


def confusable_categories(shown: EvaluationContext) -> None:
    """The pairs at the left; the chosen pair's words and its merged run at the right."""
    pairs = shown.cached("pairs", lambda: confused_pairs(shown.report.confusion))
    if not pairs:
        st.info("No two categories are taken for one another more than twice. There are no twins here.")
        return
    left, right = layout.columns()
    names = [" / ".join(plain(shown.labels[at]) for at in (pair.first, pair.second)) for pair in pairs]
    with left:
        place = st.radio(
            "Most confused pairs",
            range(len(pairs)),
            format_func=lambda at: f"{literal(names[at])} · {percent(pairs[at].share)}",
            key=shown.key("pair"),
            persist_state="session",
            help="Behind each pair: of the articles of both, the share that gets the other's name.",
        )
    pair = pairs[place or 0]
    with right:
        st.markdown(literal(captions.pair(pair, shown.labels)))
        _words(shown, pair)
        _merge(shown, pair)


def _words(shown: EvaluationContext, pair: ConfusedPair) -> None:
    """What stands more often in one than in the other, side by side."""
    parts = (shown.held_out.validation, shown.held_out.test)
    if parts[1].sequences is None:
        st.caption("The words of its test articles were not kept with this classifier.")
        return
    words = shown.cached(
        f"words/{pair.first}/{pair.second}",
        lambda: distinguishing_words(parts, shown.classifier.vocabulary, pair.first, pair.second, most=12),
    )
    for column, at, telling in zip(st.columns(2), (pair.first, pair.second), words, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{literal(shown.labels[at])}**")
            if telling:
                st.markdown(" ".join(f":gray-background[{literal(word)}]" for word in telling))
            else:
                st.caption("No word stands here clearly more often than in the other.")
    st.caption(
        "The words that tell the two apart best, counted on the articles held out. Few words, or words about one "
        "event: then little but chance tells them apart."
    )


def _merge(shown: EvaluationContext, pair: ConfusedPair) -> None:
    """Train again with both as one, and both results beside each other."""
    session, run = current(), shown.loaded.run
    if run is None:
        st.caption("A run of your own can be trained again with the two as one category.")
        return
    one, other = shown.labels[pair.first], shown.labels[pair.second]
    wanted = _as_trained(run).with_merged(one, other)
    again = _find_run(session, run, wanted)
    with st.container(border=True):
        st.markdown(f"**{literal(one)}** and **{literal(other)}** as one")
        if again is None:
            st.markdown(
                "The same settings learn the same articles again, with these two as one category. The file stays as "
                "it is, and so do the articles it is tested on."
            )
            if len(shown.labels) < 3:
                st.caption("Only two categories are left, so nothing would be left to tell apart.")
            elif st.button("Merge them and train again", key="merge", icon=":material/merge:"):
                _start(session, run, wanted)
        elif again.status() in ACTIVE:
            st.fragment(_draw_progress, run_every=EVERY)(again)
        elif again.result():
            if _has_test_articles(again):
                _merge_comparison(shown, again, sentences_name=wanted.merged_names[-1])
        else:
            st.warning("The run that learns them as one has not come to its end. The Train page says why.")
            if st.button("Show it", key="show_merged"):
                session.choose_run(again.id)
                navigation.go("train")


def _start(session: Session, run: Run, settings: RunSettings) -> None:
    try:
        session.start_again(run, settings)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    else:
        st.rerun()


def _find_run(session: Session, run: Run, settings: RunSettings) -> Run | None:
    """The visitor's newest run of these settings on the same file; in which order they were merged is no matter."""
    alike = (
        one
        for one in session.runs()
        if one.fingerprint == run.fingerprint
        and _merged_groups(one.settings) == _merged_groups(settings)
        and replace(one.settings, merged=(), baselines=False) == replace(settings, merged=(), baselines=False)
    )
    return next(alike, None)


def _merged_groups(settings: RunSettings) -> set[frozenset[str]]:
    """Which categories of the file are learnt as one, whatever they are called then."""
    return {
        frozenset(part for part, into in settings.merged if into == name) for name in settings.merged_names
    }


def _as_trained(run: Run) -> RunSettings:
    """The run's settings with what was asked for since: other epochs, another learning rate."""
    plan, training = run.plan(), run.settings.training
    rate = training.learning_rate if plan.learning_rate is None else plan.learning_rate
    return replace(
        run.settings, training=replace(training, epochs=plan.epochs or training.epochs, learning_rate=rate)
    )


def _has_test_articles(run: Run) -> bool:
    """Whether the run's test articles are there; else draws the button that finds them."""
    return job_result(
        run.classifier_folder,
        HELD_OUT,
        label="Find its test articles again",
        why="The test articles of the run that learns them as one are gone. They can be found again in its file.",
    )


def _draw_progress(run: Run) -> None:
    status = run.status()
    if status not in ACTIVE:
        st.rerun()
    place = scheduler.queue_position(run) if status == "waiting" else 0
    if place:
        st.progress(0.0, f"Number {place} in the queue")
    else:
        share, text = progress(run.events()[0], total_epochs(run))
        st.progress(share, text)


def _merge_comparison(shown: EvaluationContext, again: Run, *, sentences_name: str) -> None:
    """Both results: each by its own categories, and both by the merged ones."""
    other = load_evaluation(caches.classifier(again.classifier_folder, again))
    places = merged_label_ids(shown.labels, other.labels, again.settings.merged)
    found = shown.cached(
        f"merged/{other.stamp}", lambda: compare_accuracy(shown.held_out.test, other.held_out.test, places)
    )
    apart, as_one = shown.report.scores, other.report.scores
    st.table(
        pd.DataFrame(
            {
                "": ["learnt apart", "learnt as one"],
                "Judged apart": [percent(apart.accuracy), "–"],
                "Judged as one": [percent(found.before), percent(found.after)],
                "Own macro F1": [percent(apart.macro_f1), percent(as_one.macro_f1)],
                "Categories": [count(len(shown.labels)), count(len(other.labels))],
                "Epochs": [count(one.classifier.card.epochs) for one in (shown, other)],
            }
        ).set_index("")
    )
    st.markdown(literal(captions.merged(found, sentences_name)))
