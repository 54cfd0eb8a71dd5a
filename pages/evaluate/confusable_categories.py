"""Evaluate, Twins: the most confused pairs of categories, their distinguishing words, a run that merges them."""

import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.insight.evaluation import captions
from core.insight.evaluation.category_merge import compare_accuracy, merged_label_ids
from core.insight.evaluation.confusion import ConfusedPair, confused_pairs, distinguishing_words
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.wording import percent
from core.runs import run_queue
from core.runs.merged_run import find_merged_run, merged_settings
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.settings.run import RunSettings
from pages import caches, layout, navigation, starting_runs
from pages.session import Session, current
from pages.widgets.evaluation_context import EvaluationContext, load_evaluation
from pages.widgets.job_button import job_result
from pages.widgets.run_progress import progress, total_epochs
from pages.wording import count, help_text, literal, plain

_REFRESH_SECONDS = 1.5  # between two looks at the merged run's log


def confusable_categories(context: EvaluationContext) -> None:
    """Draw the pairs at the left, the chosen pair's words and its merged run at the right."""
    pairs = context.cached("pairs", lambda: confused_pairs(context.report.confusion))
    if not pairs:
        st.info("No two categories are confused more than twice. None of them are confusable.")
        return
    left, right = layout.columns()
    names = [
        " / ".join(plain(context.labels[index]) for index in (pair.first, pair.second)) for pair in pairs
    ]
    with left:
        position = st.radio(
            "Most confused pairs",
            range(len(pairs)),
            format_func=lambda index: f"{literal(names[index])} · {percent(pairs[index].share)}",
            key=context.key("pair"),
            persist_state="session",
            help=help_text(
                "After each pair: the share of their articles that gets the wrong one of the two names."
            ),
        )
    pair = pairs[position or 0]
    with right:
        st.markdown(literal(captions.pair(pair, context.labels)))
        _draw_words(context, pair)
        _draw_merge(context, pair)


def _draw_words(context: EvaluationContext, pair: ConfusedPair) -> None:
    """Draw the words that stand more often in one category than in the other, side by side."""
    parts = (context.held_out.validation, context.held_out.test)
    if parts[1].sequences is None:
        st.caption("The words of its test articles were not kept with this classifier.")
        return
    words = context.cached(
        f"words/{pair.first}/{pair.second}",
        lambda: distinguishing_words(
            parts,
            context.classifier.vocabulary,
            pair.first,
            pair.second,
            most=12,
            language=context.classifier.cleaning.language,
        ),
    )
    for column, category, category_words in zip(st.columns(2), (pair.first, pair.second), words, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{literal(context.labels[category])}**")
            if category_words:
                st.markdown(" ".join(f":gray-background[{literal(word)}]" for word in category_words))
            else:
                st.caption("No word is clearly more frequent here than in the other category.")
    st.caption(
        "The words that separate the two best, counted on the held-out articles. If there are few, or all "
        "are about one event, only luck separates these categories."
    )


def _draw_merge(context: EvaluationContext, pair: ConfusedPair) -> None:
    """Draw the button that trains again with both as one category, the run's progress, or both results."""
    session, run = current(), context.loaded.run
    if run is None:
        st.caption("You can train your own run again with these two as one category.")
        return
    first, second = context.labels[pair.first], context.labels[pair.second]
    settings = merged_settings(run, first, second)
    merged_run = find_merged_run(session.runs(), run, settings)
    with st.container(border=True):
        st.markdown(f"**{literal(first)}** and **{literal(second)}** as one")
        if merged_run is None:
            st.markdown(
                "This trains again with the same settings and articles, but with these two as one "
                "category. Your file and the test articles stay the same."
            )
            if len(context.labels) < 3:
                st.caption("Only two categories are left. If you merge them, there is nothing to predict.")
            elif st.button("Merge them and train again", key="merge", icon=":material/merge:"):
                _start(session, run, settings)
        elif merged_run.status() in ACTIVE:
            st.fragment(_draw_progress, run_every=_REFRESH_SECONDS)(merged_run)
        elif merged_run.result():
            if _has_test_articles(merged_run):
                _draw_comparison(context, merged_run, merged_name=settings.merged_names[-1])
        else:
            st.warning("The run with the merged categories did not finish. The Train page says why.")
            if st.button("Show it", key="show_merged"):
                session.choose_run(merged_run.id)
                navigation.go("train")


def _start(session: Session, run: Run, settings: RunSettings) -> None:
    try:
        starting_runs.start_again(session, run, settings)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    else:
        st.rerun()


def _has_test_articles(run: Run) -> bool:
    """Whether the run's test articles are stored; else draw the button that finds them."""
    return job_result(
        run.classifier_folder,
        HELD_OUT,
        label="Find its test articles again",
        why=(
            "The test articles of the run with merged categories are gone. The app can load them from its file "
            "again."
        ),
    )


def _draw_progress(run: Run) -> None:
    status = run.status()
    if status not in ACTIVE:
        st.rerun()
    queue_position = (
        run_queue.read_queue(RunStore(run.folder.parent)).position(run) if status == "waiting" else 0
    )
    if queue_position:
        st.progress(0.0, f"Number {queue_position} in the queue")
    else:
        share, text = progress(run.events()[0], total_epochs(run))
        st.progress(share, text)


def _draw_comparison(context: EvaluationContext, merged_run: Run, *, merged_name: str) -> None:
    """Draw both runs' scores: on their own categories, and on the merged ones."""
    merged = load_evaluation(caches.classifier(merged_run.classifier_folder, merged_run))
    label_ids = merged_label_ids(context.labels, merged.labels, merged_run.settings.merged)
    accuracies = context.cached(
        f"merged/{merged.stamp}",
        lambda: compare_accuracy(context.held_out.test, merged.held_out.test, label_ids),
    )
    apart, merged_scores = context.report.scores, merged.report.scores
    st.table(
        pd.DataFrame(
            {
                "": ["trained apart", "trained as one"],
                "Judged apart": [percent(apart.accuracy), "–"],
                "Judged as one": [percent(accuracies.before), percent(accuracies.after)],
                "Own macro F1": [percent(apart.macro_f1), percent(merged_scores.macro_f1)],
                "Categories": [count(len(context.labels)), count(len(merged.labels))],
                "Epochs": [count(evaluation.classifier.card.epochs) for evaluation in (context, merged)],
            }
        ).set_index("")
    )
    st.markdown(literal(captions.merged(accuracies, merged_name)))
