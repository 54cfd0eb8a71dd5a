"""The chapter on the tutorial's faults, alone: every switch and its figures on the file, the question."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.lessons.faults.captions import FAULTS
from core.insight.lessons.faults.compute import NAMES
from core.text.lexicon import STOP_WORDS, lemma
from pages.learn.material import SENTENCE_KEY
from pages.session import Session
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import metrics_with_deltas, open_chapter, unlinked

ROWS = [("Women win cup", "Wives weep"), ("The cup of wives", ""), ("Of <script>", "the :red[X]")] * 14


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """42 articles in 41 categories."""
    path = tmp_path / "made_up.json"
    lines = [
        {"category": f":red[{n % 41}]", "headline": headline, "short_description": description}
        for n, (headline, description) in enumerate(ROWS)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def opened(
    news: Path | None = None, sentence: str = "Two women saw the show [video] in Washington"
) -> AppTest:
    session = Session("visitor", None)
    if news:
        session.choose_news(news, news.name)
    return open_chapter("faults", sentence, session)


def only(page: AppTest, *names: str) -> AppTest:
    """These switches on, the others off."""
    for name in NAMES:
        page.toggle(key=f"lesson_fault_{name}").set_value(name in names)
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    markdown = "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind)
    return unlinked(markdown).replace("\\", "").replace("\u2060", "")


def title(page: AppTest) -> str:
    return str(json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["title"]["text"])


def counted(between: str) -> tuple[int, int]:
    """Different words and all words, by the tutorial's mended steps written out."""
    words: list[str] = []
    for headline, description in ROWS:
        text = re.sub(r"\[[^\[\]]*\]", " ", f"{headline}{between}{description}")
        text = re.sub(r"[^\w\s]", "", text).lower()
        words += [lemma(word) for word in text.split() if word not in STOP_WORDS]
    return len(set(words)), len(words)


def test_the_join_is_counted_on_the_file(made_up: Path) -> None:
    page = only(opened(made_up), "join")
    (mended, _), (fused, _) = counted(" "), counted("")
    assert metrics_with_deltas(page) == {
        "Different words": (str(fused), f"mended {mended}, difference {fused - mended:+}".replace("-", "−"))
    }
    assert "28 of 42 articles have both." in texts(page)
    assert "“cup” and “Wives” give “cupWives”" in texts(page)


def test_the_patterns_on_the_file_and_on_the_sentence(made_up: Path) -> None:
    page = only(opened(made_up), "patterns")
    # Small w's alone are left, and the blanks between them go: "win" and "weep" are "ww", "wives" is "w".
    metrics = metrics_with_deltas(page)
    assert metrics["Texts with a word"] == ("28", "mended 42, difference −14")
    assert metrics["Different words"][0] == "2"
    assert metrics["Words in all"][0] == "28"
    assert "Your sentence ends as “wwww”; mended as “woman saw washington”." in texts(page)
    assert "every letter s becomes a space" in texts(page)
    page.text_input(key=SENTENCE_KEY).set_value("The dogs").run()
    assert "Your sentence ends as nothing; mended as “dog”" in texts(page)


def test_the_lemma_leaves_nothing_and_the_others_make_no_difference(made_up: Path) -> None:
    page = only(opened(made_up), "lemma")
    assert title(page) == "Nothing is left"
    assert metrics_with_deltas(page)["Texts with a word"] == ("0", "mended 42, difference −42")
    only(page, "lemma", "join", "patterns")
    assert title(page) == "Nothing is left"


@pytest.mark.claim("faults", "what watching training accuracy costs")
def test_padding_watching_and_the_slow_loop(made_up: Path) -> None:
    page = only(opened(made_up), "padding", "watching", "rebuilt")
    metrics = metrics_with_deltas(page)
    words = counted(" ")[1]
    assert f"{100 * words / (42 * 130):.1f}\u00a0% of all places would hold a word here" in texts(page)
    recorded = [
        event for event in json.loads(paths.OVERFITTING.read_text())["events"] if event["event"] == "EpochEnd"
    ]
    lowest = min(recorded, key=lambda event: event["validation_loss"])
    assert metrics["Epochs learnt"][1].startswith(f"mended {lowest['epoch'] + 2}, difference +")
    assert metrics["Validation loss of what is kept"][1].startswith(
        f"mended {lowest['validation_loss']:.2f}, difference +"
    )
    assert "A recorded run of the built-in sample" in texts(page)
    assert "This was measured on 42 texts from the file" in texts(page)
    assert "Besides: Training ends after epoch" in texts(page)
    # None of the three changes a word.
    assert title(page) == "The words are left as they are"
    page.button(key="to_overfitting").click().run()
    assert not page.exception


def test_the_faults_of_the_network_and_of_the_last_step(made_up: Path) -> None:
    page = only(opened(made_up), "rows", "dropout", "checkpoint", "cut_off")
    assert metrics_with_deltas(page) == {
        "Rows of the table": ("174,991", "mended 100,000, difference +74,991"),
        "Parameters of the table": ("12,249,370", "mended 7,000,000, difference +5,249,370"),
    }
    for sentence in (
        "74,991 rows are never looked up and never learnt",
        "Dropout has no parameters",
        "Keras 2 ignores it and watches its default",
        "SyntaxError",
        "200,853 − 16,000 = 184,853",
    ):
        assert sentence in texts(page)
    assert title(page) == "The words are left as they are"


def test_all_and_none_by_a_button(made_up: Path) -> None:
    page = opened(made_up)
    assert [element.value for element in page.toggle] == [True, *[False] * 9]
    page.button(key="faults_on").click().run()
    assert not page.exception
    assert all(element.value for element in page.toggle)
    markdown = [element.value for element in page.markdown]
    assert all(f"**{fault.title}**" in markdown for fault in FAULTS)
    assert [element.value for element in page.code] == [
        code for fault in FAULTS for code in (fault.printed, fault.mended)
    ]
    page.button(key="faults_off").click().run()
    assert not page.code
    assert "Put a fault back with a switch" in texts(page)
    assert title(page) == "The words are left as they are"


@pytest.mark.claim("all", "the figures are of your file, or of the built-in sample where you have none")
def test_a_fresh_visitor_without_a_starter_sees_the_samples_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = opened()
    assert "of 8,000 articles have both." in texts(page)
    assert "built-in sample" in page.caption[-1].value


def test_a_file_of_headlines_alone_has_no_seam(tmp_path: Path) -> None:
    path = tmp_path / "bare.json"
    path.write_text(
        "\n".join(json.dumps({"category": "AB"[n % 2], "headline": f"word {n}"}) for n in range(20))
    )
    page = only(opened(path), "join")
    assert "no article has both" in texts(page)


@pytest.mark.parametrize("sentence", [":red[X] <script> 🙂", "", "   ", "@@@ [[[", "ww " * 60])
def test_any_sentence_goes_through_and_none_is_markup(made_up: Path, sentence: str) -> None:
    page = only(opened(made_up, sentence), "join", "patterns")
    drawn = [element.value for kind in (page.markdown, page.caption) for element in kind]
    assert not any(word in text for text in drawn for word in (":red[X]", ":red[x]", "<script>"))


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted(made_up: Path) -> None:
    feedback = answer_in_every_way(only(opened(made_up), "lemma"), "faults")
    assert any("42 of 42 texts are empty; mended 0" in shown for shown in feedback.values())
