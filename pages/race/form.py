"""The form that starts a memory race, and the choice of the race that is shown."""

import streamlit as st

from core.errors import HeadlineLabError, RunError
from core.runs import memory_race
from core.runs.memory_race import Race
from core.runs.run import ACTIVE
from core.settings.memory_race import UNITS, equal_budget_settings, layer_parameters
from core.settings.run import RunSettings
from pages import starting_runs
from pages.session import Session
from pages.widgets.run_label import local_time
from pages.widgets.steps_note import steps_note
from pages.wording import count, distinct, help_text, literal

# At first, of a file that has more: about a minute for all four. A smaller file is read more often.
ARTICLES, EPOCHS = 40_000, 4
MOST_EPOCHS = 20
FEWEST, MOST_WORDS = 100, 100

_SETTINGS_CAPTION = (
    "All four read from the first word to the last, in one layer. They answer from the last state, so "
    "whatever a cell has forgotten by then is lost. All use the same learning rate. It may suit one cell "
    "better than another."
)


def race_form(session: Session, *, busy: bool) -> None:
    """The settings, what they come to, and the button; while something trains only why it has to wait.

    Raises:
        SettingsError, NewsFileError: the settings do not go together, or the file cannot be read.
    """
    if busy:
        racing = any(run.race for run in session.runs() if run.status() in ACTIVE)
        st.caption(
            _SETTINGS_CAPTION
            if racing
            else "One of your runs is training. A race can start after it has ended."
        )
        return
    news = session.read_news()
    settings = _settings(session, len(news.table) if news else None)
    if st.button(
        "Start the race",
        key="race_start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=news is None,
        width="stretch",
    ):
        try:
            starting_runs.start_race(session, settings)
        except HeadlineLabError as error:
            st.error(literal(str(error)))
        else:
            st.rerun()
    units = ", ".join(
        f"{run_settings.network.cell} {run_settings.network.layers[0].units}" for run_settings in settings
    )
    about = round(layer_parameters(settings[2].network), -2)
    st.caption(f"Units: {units}. So each layer has about {count(about)} parameters. {_SETTINGS_CAPTION}")
    if news:
        st.caption(
            steps_note(
                settings[0],
                len(news.table) - news.test_rows,
                has_test_file=news.test_rows > 0,
                more="more articles or epochs",
            )
        )


def _settings(session: Session, rows: int | None) -> tuple[RunSettings, ...]:
    most = rows or ARTICLES
    articles = st.number_input(
        "Articles",
        min(FEWEST, most),
        most,
        min(ARTICLES, most),
        step=1000,
        key=f"race_articles/{most}",
        persist_state="session",
        disabled=rows is None,
        help=help_text(
            "Drawn at random from your file, the same for all four. The cells learn from seven in ten. Two in "
            "ten are for the test."
        ),
    )
    epochs_at_first = min(MOST_EPOCHS, round(EPOCHS * ARTICLES / min(ARTICLES, most)))
    epochs = st.number_input(
        "Epochs",
        1,
        MOST_EPOCHS,
        epochs_at_first,
        key=f"race_epochs/{epochs_at_first}",
        persist_state="session",
        help=help_text("How often each cell sees every training article. None stops early."),
    )
    left, right = st.columns(2)
    units = left.selectbox(
        "Units of the GRU",
        UNITS,
        UNITS.index(64),
        key="race_units",
        persist_state="session",
        help=help_text(
            "Numbers in its state. The other cells get as many units as they need for the same number of "
            "parameters. A unit of a minGRU has fewer parameters, a unit of an LSTM has more."
        ),
    )
    length = right.number_input(
        "Words per text",
        5,
        MOST_WORDS,
        40,
        step=5,
        key="race_words",
        persist_state="session",
        help=help_text("The most words read from each text. Longer texts mean more to remember."),
    )
    seed = st.number_input(
        "Seed",
        0,
        2**31 - 1,
        1,
        key="race_seed",
        persist_state="session",
        help=help_text(
            "The start of all random choices. With a different seed, cells that are close may change places."
        ),
    )
    return equal_budget_settings(
        units=units,
        sequence_length=int(length),
        epochs=int(epochs),
        articles=0 if articles == rows else int(articles),
        seed=int(seed),
        cleaning=session.settings.cleaning,
    )


def race_choice(session: Session, races: list[Race]) -> Race | None:
    """The race that is shown, the newest at first; a choice where there are several, and the way to remove it."""
    if not races:
        return None
    by_id = {candidate.id: candidate for candidate in races}
    names = distinct({candidate.id: _race_label(candidate) for candidate in races})
    race = races[0]
    if len(races) > 1:
        race = by_id[
            st.selectbox(
                "Your races, newest first",
                list(by_id),
                format_func=names.__getitem__,
                key=f"races/{races[0].id}/{len(races)}",
                persist_state="session",
            )
        ]
    if not race.at_work:
        _draw_remove(session, race)
    return race


def _race_label(race: Race) -> str:
    training = race.runs[0].settings.training
    articles = f"{count(training.articles)} articles" if training.articles else "all articles"
    epochs = f"{training.epochs} epoch{'s' * (training.epochs != 1)}"
    # What may be cut off in a narrow box comes last.
    return f"{local_time(race.created):%d %b %H:%M} · seed {training.seed} · {articles} · {epochs}"


def _draw_remove(session: Session, race: Race) -> None:
    with st.popover("Remove this race", icon=":material/delete:", width="stretch"):
        st.markdown("This deletes its runs, curves and classifiers for good.")
        if st.button("Remove it", key="race_remove", type="primary"):
            try:
                memory_race.remove(session.store, race)
            except RunError as error:
                st.error(literal(str(error)))
            else:
                st.rerun()
