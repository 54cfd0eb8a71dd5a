"""A visitor guesses, presses Start, and sees guess and outcome side by side; after a reload as well."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sklearn.metrics import recall_score

from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.runs.guess import Guess, read_guess
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from tests.browser.conftest import choose
from tests.browser.test_path import PHONE, picture, scored, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.long
def test_guess_then_see(page: Page, address: str, server_storage: Path, pictures: Path | None) -> None:
    once = replace(PRESETS["quick"].training, epochs=1)
    owner = choose(page.context, address, server_storage, replace(PRESETS["quick"], training=once))
    page.goto("/train")
    settled(page, "Train")
    expect(page.get_by_text(re.compile(r"Random guessing:\u2060 10\.0\s%"))).to_be_visible()
    page.get_by_role("spinbutton", name="Guess: accuracy in %").fill("60")
    page.get_by_role("combobox", name="Guess: hardest category").fill("HEA")
    page.get_by_role("option", name=re.compile("^HEALTH ·")).click()
    settled(page, "Train")
    start = page.get_by_role("button", name="Start training")
    box = start.bounding_box()
    assert box
    assert box["y"] + box["height"] < 768  # above the fold, below the guess
    start.click()
    expect(
        page.get_by_text(
            re.compile(r"Your guess:\u2060 60\.0\s% right, hardest HEALTH\. It cannot change any more")
        )
    ).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Guess: accuracy in %")).to_have_count(0)
    scored(page)

    (run,) = RunStore(server_storage / "runs").of_owner(owner)
    assert read_guess(run) == Guess(accuracy=0.6, hardest="HEALTH")
    labels = Classifier.load(run.classifier_folder).labels
    test = HeldOut.load(run.classifier_folder, categories=len(labels)).test
    answers = test.logits.argmax(axis=1)
    found = recall_score(test.y, answers, average=None, labels=range(len(labels)))
    assert np.bincount(test.y).min() >= 20  # so all of them count
    right = (answers == test.y).mean()
    page.reload()
    settled(page, "Train")
    beside = page.locator(".st-key-guess_outcome")
    for told in (
        f"Your guess: 60.0 % Outcome: {100 * right:.1f} %",
        f"{100 * (right - 0.6):.1f} points too low",
        "Your guess: HEALTH Outcome: ",
        f"{100 * found.min():.1f} %",
    ):
        expect(beside).to_contain_text(re.compile(re.escape(told).replace("\\ ", r"\s*")))
    least = [labels[at] for at in np.flatnonzero(found == found.min())]
    expect(beside).to_contain_text(least[0])
    expect(page.get_by_role("spinbutton", name="Guess: accuracy in %")).to_have_value("")  # for the next run
    expect(page.locator(".js-plotly-plot").first).to_contain_text("your guess: 60.0 %")
    picture(page, pictures, "guess")
    page.set_viewport_size(PHONE)
    settled(page, "Train")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
