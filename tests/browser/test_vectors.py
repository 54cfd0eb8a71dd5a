"""Word vectors in a real browser: uploaded on the Train page, counted, frozen, trained with, and no wider than it."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import paths
from core.news.news import read_news
from core.settings.presets import PRESETS
from tests.browser.conftest import RUN_HANGS, choose

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def settled(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """Fifty random numbers for each of the sample's frequent words, and a broken line."""
    draw = random.Random(0)
    words = Counter(word for text in read_news(paths.SAMPLE).table["text"] for word in text.lower().split())
    rows = [
        f"{word} {' '.join(f'{draw.gauss(0, 0.4):.4f}' for _ in range(50))}\n"
        for word, _ in words.most_common(2000)
    ]
    path = tmp_path / "my_vectors.50d.txt"
    path.write_text("".join(rows) + "half a line\n")
    return path


@pytest.mark.long
def test_a_run_starts_from_uploaded_word_vectors(
    page: Page, address: str, server_storage: Path, vectors: Path
) -> None:
    training = replace(PRESETS["quick"].training, articles=2000)
    choose(page.context, address, server_storage, replace(PRESETS["quick"], training=training))
    page.goto("/train")
    expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible()
    settled(page)
    page.get_by_text("Start from word vectors").click()
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="GloVe or word2vec")
    uploader.locator("input[type=file]").set_input_files(vectors)
    expect(page.get_by_text("of the text")).to_be_visible()
    settled(page)
    page.get_by_text("Frozen", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("button", name="Predict")).to_be_visible(timeout=RUN_HANGS)
    expect(page.get_by_text("Started from my_vectors.50d.txt, frozen.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("of the text")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Remove the word vectors").click()
    expect(uploader).to_be_attached()  # in a box that closes with the removal
    settled(page)
    expect(page.get_by_role("button", name="Remove the word vectors")).to_have_count(0)
