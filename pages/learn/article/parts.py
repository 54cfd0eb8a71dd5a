"""Widgets of the chapter that reproduces the tutorial: the cut, tables of steps and layers, training, the code."""

from typing import BinaryIO

import pandas as pd
import streamlit as st

from core import paths
from core.insight.lessons.article import captions
from core.insight.lessons.article.compute import RecordedTraining, StepCounts, recorded
from core.insight.lessons.article.figures import accuracy_chart
from core.insight.wording import percent
from core.settings.presets import PRESETS
from core.tasks.news_tasks import CountTutorialSteps
from pages import layout, navigation, tasks
from pages.components.chart import chart
from pages.learn.chapters import CHAPTERS
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.session import Session
from pages.widgets.download import download
from pages.wording import count, help_text

_FILES = {"sample": "Built-in sample", "dataset": "Real dataset"}
CODE_NAME = "tutorial_code.py"


def choose_cut() -> bool:
    """Draw the switch of the step that is not printed."""
    return st.toggle(
        "Drop 16,000 POLITICS articles first",
        True,
        key="tutorial_cut",
        persist_state="session",
        help=help_text(
            "The first 16,000 of the file. The tutorial's text does not have this step, but its numbers do."
        ),
    )


def count_file(material: Material, cut: bool) -> StepCounts:
    """What the steps leave of the visitor's file, cached for all visitors."""
    return tasks.result(CountTutorialSteps(news=material.news_task, cut=cut))


def step_table(material: Material, counts: StepCounts, cut: bool) -> None:
    """Draw the numbers of steps 1 to 5: as printed, on the visitor's file, on the part of the dataset."""
    dataset = recorded()["dataset"]
    rows = captions.step_rows(counts, dataset, cut=cut)
    own = "Built-in sample" if material.visit.news_name is None else "Your file"
    table = pd.DataFrame(
        {
            "Step": [row.step for row in rows],
            "Tutorial": [row.printed for row in rows],
            own: [row.file for row in rows],
            "Dataset": [row.dataset for row in rows],
        }
    )
    st.dataframe(table, hide_index=True, height="content", key="tutorial_steps")
    st.caption(captions.dataset_part(dataset))


def layer_table(counts: StepCounts) -> None:
    """Draw the printed model summary beside that for the visitor's file."""
    lines = captions.layer_lines(counts)
    table = pd.DataFrame(
        {
            "Layer": [line.layer for line in lines],
            "Output, printed": [line.output for line in lines],
            "Parameters, printed": [count(line.printed) for line in lines],
            "Output, this file": [line.file_output for line in lines],
            "Parameters, this file": [count(line.file) for line in lines],
        }
    )
    st.dataframe(table, hide_index=True, height="content", key="tutorial_layers")
    st.markdown(captions.embedding_share(counts))


def recorded_training(material: Material) -> RecordedTraining:
    """Draw what the mended code learnt from the sample or the dataset, and the visitor's own run of this network.

    Returns:
        the recorded training that is drawn.
    """
    trainings = {name: numbers.training for name, numbers in recorded().items() if numbers.training}
    left, right = layout.columns()
    with left:
        names = [name for name in _FILES if name in trainings]
        name = st.segmented_control(
            "Trained on",
            names,
            format_func=_FILES.__getitem__,
            default=names[0],
            required=True,
            key="tutorial_trained_on",
            persist_state="session",
        )
        training = trainings[name or names[0]]
        prose(
            "The last step compiles the network with RMSprop and cross-entropy, trains it with early stopping and a "
            "checkpoint, and prints test loss and accuracy. Their values are not in the text that we have. These are "
            "of the mended code below."
        )
        if "dataset" not in trainings:
            st.caption("No training on the real dataset is recorded: it takes about an hour.")
        st.caption(
            f"Recorded with Keras {training.keras} by `python -m data.record_tutorial FILE NAME`. Batch size, "
            "patience and the rate of Dropout are ours: the tutorial's text does not give them."
        )
    with right:
        chart(
            accuracy_chart(training),
            "tutorial_training",
            "Accuracy after each epoch, and two baselines without a network",
            captions.training(training),
        )
    _own_run(material.visit)
    return training


def _own_run(visit: Session) -> None:
    run = visit.run
    result = run.result() if run else None
    if run and result and run.settings.network.cell == PRESETS["article"].network.cell:
        st.markdown(
            f"Your own SimpleRNN run has a test loss of {result.test.loss:.2f} and an accuracy of "
            f"{percent(result.test.accuracy)}."
        )
    else:
        st.caption(
            "Train the preset “article” on the Train page, and your own test loss and accuracy are shown with these."
        )


def mended_code(session: Session) -> None:
    """Draw the Keras code to copy or download, and a table of what each mend changed."""
    prose(
        "This code does all six steps. Tests of this app run it in Keras. To try it, save it beside a news file and "
        "type `python tutorial_code.py NEWS.json`."
    )
    download(
        session,
        "Download the code",
        _write_code,
        thing=CODE_NAME,
        name=CODE_NAME,
        media_type="text/x-python",
        key="download_tutorial_code",
    )
    with st.expander("Read or copy the code", icon=":material/code:"):
        st.code(paths.TUTORIAL_CODE.read_text(encoding="utf-8"), language="python")
    st.markdown("**What each mend changes**")
    table = pd.DataFrame(captions.MENDS.values(), columns=["Mended", "What it changes"])
    st.table(table.set_index("Mended"))  # its cells wrap
    chapter = CHAPTERS["faults"]
    if st.button("See what each fault costs", key="to_faults", icon=chapter.icon):
        navigation.turn(chapter.file, chapter.title)


def _write_code(stream: BinaryIO) -> None:
    stream.write(paths.TUTORIAL_CODE.read_bytes())
