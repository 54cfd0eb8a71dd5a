"""A run keeps the changes of its news file, and reads the same articles again."""

from pathlib import Path

import pandas as pd

from core import paths
from core.news.changes import Changes, Edit
from core.news.news import read_news
from core.news.reading import Reading
from core.runs.run_news import read_run_news
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile
from core.settings.presets import PRESETS


def test_a_run_reads_the_articles_that_its_changes_leave(tmp_path: Path) -> None:
    headline = read_news(paths.SAMPLE).table["headline"][3]
    changes = Changes(edits=(Edit.of(3, headline, "HOBBY"),), left_out=("FOOD",), largest=4, per_category=50)
    news = read_news(paths.SAMPLE, reading=Reading(changes=changes))
    file = TrainingFile.of(news, paths.SAMPLE)
    assert file.articles == 4 * 50
    store = RunStore(tmp_path)
    created = store.create(
        PRESETS["quick"],
        news=file.path,
        news_name=file.name,
        fingerprint=file.fingerprint,
        owner="owner",
        reading=file.reading,
    )
    run = store.open(created.id, owner="owner")
    assert run.reading.changes == changes
    again = read_run_news(run, lambda share: None)
    pd.testing.assert_frame_equal(again.table, news.table)
    assert again.key == news.key
