"""One visitor's choices: the file, the draft of the settings, the run.

The browser has an HttpOnly cookie; its SHA-256 names the visitor and a small JSON file in ``paths.visitors()``. So a
reload, a second tab and a restarted server find the same choices, and no visitor can name another's file.
"""

import json
import logging
import secrets
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import logs, paths
from core.errors import ClassifierError, HeadlineLabError
from core.files import write_json
from core.news.news import News
from core.news.reading import GUESSED, Reading
from core.runs.quotas import Client
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.presets import PRESETS
from core.settings.run import CUSTOM, RunSettings
from core.tasks.news_tasks import DetectLanguage, ReadNews
from core.text.languages import LANGUAGES
from pages import caches, tasks
from pages.asker import asked_by, asked_from
from pages.loaded_classifier import LoadedClassifier
from server.visitors import visitor_name

STARTER = "starter"
_log = logging.getLogger(__name__)


class Session:
    """The choices of one visitor. Pages read and set them; every change is on disk at once.

    ``version`` grows whenever something other than the widgets that edit the settings replaces them (a preset,
    another tab). It is part of those widgets' keys.

    ``address`` names where the visitor comes from (server/addresses.py), which the visitors of one network share; it is
    empty where nobody knows.
    """

    def __init__(self, visitor: str, file: Path | None, address: str = "") -> None:
        self.visitor = visitor
        self.address = address
        self.version = 0
        self._file = file  # None: a visitor without a cookie, forgotten with the tab
        self._stamp = 0
        self._settings = PRESETS["quick"]
        # Of an earlier version, which found the words of the settings that were taken.
        self.replaced_segmenter = ""
        self._news: tuple[Path, str] | None = None
        self._reading = GUESSED
        self._rows: int | None = None
        self._language: str | None = None  # recognised in the chosen file
        self._facts: FileFacts | None = None  # of the chosen file, once it was read
        self._run: str | None = None
        self._seen: frozenset[str] = frozenset()
        self.refresh()

    @property
    def has_cookie(self) -> bool:
        """Whether the browser keeps our cookie; without one nothing outlives the tab, and no run starts."""
        return self._file is not None

    @property
    def client(self) -> Client:
        """Who uses this session, as quotas count it."""
        return Client(self.visitor, self.address)

    # -- the file ---------------------------------------------------------------------

    @property
    def news_name(self) -> str | None:
        """Name of the chosen file, without reading it."""
        return self._news[1] if self._news else None

    @property
    def news_path(self) -> Path | None:
        return self._news[0] if self._news else None

    @property
    def news_rows(self) -> int | None:
        """Articles in the chosen file, once it was read."""
        return self._rows if self._news else None

    @property
    def learnt_rows(self) -> int | None:
        """Those of them that no test file in its archive gave, once the file was read in this session."""
        return self._facts.articles if self._facts else self.news_rows

    @property
    def news_task(self) -> ReadNews | None:
        """The task that reads the chosen file: the key to what is computed from it; None when none is chosen.

        Raises:
            NewsFileError: it is gone.
        """
        return caches.news_task(*self._news, self._reading) if self._news else None

    def read_news(self, slot: DeltaGenerator | None = None) -> News | None:
        """Read the chosen file, once for all visitors, and keep its number of articles; None when none is chosen.

        Args:
            slot: an ``st.empty`` for the progress bar, by default one where the script stands.

        Raises:
            NewsFileError: it cannot be read, or is gone.
        """
        task = self.news_task
        if task is None:
            return None
        news = caches.read_news(task, slot)
        if self._rows is None:  # newly chosen, or read in another way
            language = tasks.result(DetectLanguage(news=task), slot=slot)
            # The settings take a new language of the file, and keep what was chosen on Cleaning for the old one.
            is_new, self._language = language.code != self._language, language.code
            if is_new and language.code != self._settings.cleaning.language:
                self.take_settings(self._settings.with_language(language.code))
        if self._rows != len(news) or self._facts is None:
            self._rows = len(news)
            self._fit_preset(FileFacts.of(news, LANGUAGES[self._settings.cleaning.language]))
            self._save()
        return news

    def choose_news(self, path: Path, name: str) -> None:
        """Take a file: the sample, the server's, or the visitor's own upload."""
        if self._news != (path, name):
            self._news, self._reading, self._rows, self._language = (path, name), GUESSED, None, None
            self._fit_preset(None)
            self._save()

    @property
    def reading(self) -> Reading:
        """What the visitor chose about reading the file; the rest is guessed from it."""
        return self._reading

    def choose_reading(self, reading: Reading) -> None:
        """Read the chosen file in another way."""
        if reading != self._reading:
            self._reading, self._rows = reading, None
            self._fit_preset(None)
            self._save()

    # -- the settings -----------------------------------------------------------------

    @property
    def settings(self) -> RunSettings:
        """The draft of the next run's settings; frozen, so replace it with ``dataclasses.replace``.

        Its ``preset`` is kept true: the preset that these settings are, else "own".
        """
        return self._settings

    @settings.setter
    def settings(self, settings: RunSettings) -> None:
        settings = self._for_a_new_run(settings)
        # Neither the baselines toggle nor the file's language is part of a preset's identity.
        same = (
            name
            for name, preset in self.presets.items()
            if replace(settings, preset=name, baselines=preset.baselines)
            == preset.with_language(settings.cleaning.language)
        )
        settings = replace(settings, preset=next(same, CUSTOM))
        if settings != self._settings:
            self._settings = settings
            self._save()

    def _for_a_new_run(self, settings: RunSettings) -> RunSettings:
        """The settings with the installed segmenter: a run with another one would be refused at its start."""
        cleaning = settings.cleaning.with_installed_segmenter()
        if cleaning.segmenter != settings.cleaning.segmenter:
            self.replaced_segmenter = settings.cleaning.segmenter
        elif not cleaning.segmenter:
            self.replaced_segmenter = ""
        return replace(settings, cleaning=cleaning)

    @property
    def presets(self) -> dict[str, RunSettings]:
        """The presets, fitted to the chosen file once it was read."""
        facts = self._facts
        if facts is None:
            return PRESETS
        return {name: fit_to_file(preset, facts) for name, preset in PRESETS.items()}

    def _fit_preset(self, facts: FileFacts | None) -> None:
        """Fit the chosen preset to another file; settings of one's own stay."""
        self._facts = facts
        settings = self._settings
        if settings.preset in PRESETS:
            fitted = self.presets[settings.preset].with_language(settings.cleaning.language)
            self.take_settings(replace(fitted, baselines=settings.baselines))

    def take_settings(self, settings: RunSettings) -> None:
        """Replace every setting, by a preset's or an earlier run's."""
        self.settings = settings
        self.version += 1

    # -- the run and its classifier -----------------------------------------------------

    @property
    def store(self) -> RunStore:
        return RunStore(paths.runs())

    @property
    def run(self) -> Run | None:
        """The chosen run; None when none is chosen or it is gone."""
        if self._run is None:
            return None
        try:
            return self.store.open(self._run, owner=self.visitor)
        except HeadlineLabError:
            return None

    def choose_run(self, run_id: str | None) -> None:
        if run_id != self._run:
            self._run = run_id
            self._save()

    def runs(self) -> list[Run]:
        """All runs of this visitor, newest first."""
        return self.store.of_owner(self.visitor)

    def classifier(self) -> LoadedClassifier:
        """The chosen run's classifier once it is finished, else the starter.

        Raises:
            ClassifierError: there is neither.
        """
        run = self.run
        if run and run.result():
            return caches.classifier(run.classifier_folder, run)
        if not (paths.STARTER / "classifier.json").exists():
            raise ClassifierError(
                "No classifier is trained yet, and this copy came without one (models/starter is empty)."
            )
        return caches.classifier(paths.STARTER)

    @property
    def seen(self) -> frozenset[str]:
        """Names of the pages that the visitor has opened."""
        return self._seen

    def see(self, name: str) -> None:
        if name not in self._seen:
            self._seen |= {name}
            self._save()

    # -- the visitor's file on disk -----------------------------------------------------

    def refresh(self) -> None:
        """Load what another tab of the same visitor has chosen since."""
        if self._file is None:
            return
        try:
            stamp = self._file.stat().st_mtime_ns
            if stamp == self._stamp:
                return
            self._restore(json.loads(self._file.read_bytes()))
            self._stamp = stamp
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("A visitor's file is passed over: %s", type(error).__name__)

    def _restore(self, record: dict[str, Any]) -> None:
        settings = self._for_a_new_run(RunSettings.from_json(record["settings"]))
        news = record["news"]
        self._news = (Path(news["path"]), str(news["name"])) if news else None
        self._rows = news["rows"] if news else None
        self._language = news.get("language") if news else None
        self._reading = msgspec.convert(news.get("reading", {}), Reading) if news else GUESSED
        facts = news.get("facts") if news else None  # a record of version 0.2.0 has none
        self._facts = FileFacts(**facts) if facts else None
        self._run = str(record["run"]) if record["run"] else None
        self._seen = frozenset(record.get("seen", ()))
        if settings != self._settings:
            self._settings = settings
            self.version += 1

    def _save(self) -> None:
        if self._file is None:
            return
        news = self._news and {
            "path": str(self._news[0]),
            "name": self._news[1],
            "rows": self._rows,
            "language": self._language,
            "reading": msgspec.to_builtins(self._reading),
            "facts": self._facts and asdict(self._facts),
        }
        record = {
            "schema": 1,
            "settings": self._settings.to_json(),
            "news": news,
            "run": self._run,
            "seen": sorted(self._seen),
        }
        # A full disk costs the memory of a reload, not the page.
        with logs.errors_logged_once(_log, "Visitors' choices are not kept", (OSError,)):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._file, record)
            self._stamp = self._file.stat().st_mtime_ns


def current() -> Session:
    """The session of whoever looks at this page.

    Who asks is compared each time: the state of a Streamlit session that another visitor came to hold is not theirs.
    """
    visitor = asked_by()
    session = st.session_state.get("session")
    if isinstance(session, Session) and visitor == (session.visitor if session.has_cookie else None):
        session.address = asked_from()  # a laptop changes its network
        session.refresh()
        return session
    if session:
        for key in list(st.session_state):  # what the other visitor typed and saw
            del st.session_state[key]
    session = (
        Session(visitor, paths.visitors() / f"{visitor}.json", asked_from())
        if visitor
        else Session(visitor_name(secrets.token_urlsafe(24)), None, asked_from())
    )
    st.session_state["session"] = session
    return session
