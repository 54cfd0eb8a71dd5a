"""Train, started from word vectors: the upload, what of it is found, frozen or tuned, taken away again."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.runs import scheduler
from core.runs.run import Run
from core.text.cleaning import CleaningSettings
from pages.session import Session
from tests.pages.opening import open_page, write_news
from tests.present import present

PAGE = str(paths.ROOT / "pages" / "train" / "page.py")
VECTORS = b"cup 1 2 3\nSoup 4 5 6\nnumber 7 8 9\nbroken 1 2\n"


@pytest.fixture
def news_file(tmp_path: Path) -> Path:
    """120 articles of three words each: a topic, "number", and a number of its own."""
    articles = [
        {"headline": f"{topic} number w{n}{topic}", "short_description": "", "category": topic}
        for n in range(40)
        for topic in ("CUP", "SOUP", "VOTE")
    ]
    return write_news(tmp_path / "articles.json", articles)


def uploaded(session: Session, content: bytes = VECTORS, name: str = "my *glove*.txt") -> AppTest:
    page = open_page(PAGE, session)
    page.file_uploader[0].upload(name, content).run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    texts = [one.value for one in (*page.markdown, *page.caption)]
    return "\n".join(texts).replace("\u00a0", " ").replace("\u2060", "").replace("\\", "")


def test_an_upload_sets_the_embedding_size_and_says_what_is_found(visit: Session) -> None:
    visit.settings = replace(visit.settings, cleaning=CleaningSettings())  # adds no words of its own
    page = uploaded(visit)
    vectors = present(visit.settings.vectors)
    assert (vectors.name, vectors.size, vectors.frozen) == ("my _glove_.txt", 3, False)
    assert visit.settings.network.embedding_size == 3
    assert visit.settings.preset == "own"
    assert not any(one.label == "Embedding size" for one in page.number_input)
    # Of 102 training articles of three words, 34 a topic: "number" in each, cup and soup in 34 each, which is 170 of
    # 306 words; and vote, and a word of its own in each.
    assert "Found: 3 of 106 different words, which are 55.6 % of the text." in said(page)
    assert "1 malformed line skipped (line 4: 2 numbers where other lines have 3)." in said(page)
    assert page.table[0].value.loc["embedding", "output"].endswith("3)")


def test_of_an_archive_of_several_sizes_one_is_chosen(visit: Session) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("glove/small.txt", VECTORS)
        archive.writestr("glove/large.txt", "cup 1 2 3 4\n")
    page = uploaded(visit, packed.getvalue(), "glove.zip")
    vectors = present(visit.settings.vectors)
    assert (vectors.member, vectors.size) == ("glove/small.txt", 3)
    (choice,) = [box for box in page.selectbox if box.label == "File in the archive"]
    assert choice.options == ["glove/small.txt", "glove/large.txt"]
    choice.select("glove/large.txt").run()
    assert not page.exception
    vectors = present(visit.settings.vectors)
    assert (vectors.member, vectors.size) == ("glove/large.txt", 4)
    assert visit.settings.network.embedding_size == 4
    assert "1 of " in said(page)


def test_vectors_of_which_none_is_a_word_of_the_news_are_refused_in_words(visit: Session) -> None:
    page = uploaded(visit, b"/c/en/cup 1 2 3\n/c/en/soup 4 5 6\n", "numberbatch.txt")
    refusal = page.error[0].value.replace("\\", "")
    assert "is in numberbatch.txt, whose first words are “/c/en/cup”, “/c/en/soup”." in refusal


def test_frozen_or_tuned_is_one_choice_and_both_are_explained(visit: Session) -> None:
    page = uploaded(visit)
    (choice,) = page.radio
    assert choice.options == ["Tuned", "Frozen"]
    assert [text.split(" ")[:3] for text in choice.proto.captions] == [["The", "vectors", "from"]] * 2
    assert choice.value is False
    choice.set_value(True).run()
    assert present(visit.settings.vectors).frozen is True
    assert open_page(PAGE, Session("a", paths.visitors() / "a.json")).radio[0].value is True  # a reload


def test_a_run_takes_them_along_and_they_are_used_again_with_its_settings(
    visit: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Run] = []
    monkeypatch.setattr(scheduler, "start", started.append)
    page = uploaded(visit)
    page.button(key="start").click().run()
    assert started[0].settings.vectors == visit.settings.vectors
    assert "Started from my _glove_.txt, tuned." in said(page)
    stored = paths.word_vectors() / present(visit.settings.vectors).fingerprint / "my _glove_.txt"
    assert stored.read_bytes() == VECTORS


def test_taken_away_the_settings_are_as_before_and_they_can_be_taken_again(visit: Session) -> None:
    page = uploaded(visit)
    vectors = visit.settings.vectors
    page.button(key="vectors_remove").click().run()
    assert visit.settings == visit.presets["quick"]
    page.button(key="vectors_again").click().run()
    assert visit.settings.vectors == vectors
    page.segmented_control[0].set_value("best").run()  # a preset replaces every setting
    assert visit.settings == visit.presets["best"]
    assert page.button(key="vectors_again")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x80\x04\x95\x10\x00\x00\x00\x00", "a Python pickle"),
        (b"3 4\nthe \x00\x01\x02\xff\x10", "a binary word2vec file"),
        (b"not a vector\n", "not a file of word vectors"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_such_file_is_said_and_not_kept(visit: Session, content: bytes, says: str) -> None:
    page = uploaded(visit, content)
    assert says in page.error[0].value.replace("\\", "")
    assert visit.settings == visit.presets["quick"]
    assert not [path for path in paths.word_vectors().rglob("*") if path.is_file()]
    page.file_uploader[0].upload("good.txt", VECTORS).run()
    assert not page.error
    assert present(visit.settings.vectors).name == "good.txt"


def test_without_news_the_page_says_what_will_stand_there() -> None:
    page = uploaded(Session("b", paths.visitors() / "b.json"))
    assert "to see how many of its words are found" in said(page)


def test_a_file_that_is_gone_closes_start_and_can_be_taken_away(visit: Session) -> None:
    uploaded(visit)
    for path in paths.word_vectors().rglob("*.txt"):
        path.unlink()
    page = open_page(PAGE, visit)
    assert not page.exception
    assert "no longer on the server" in page.error[0].value.replace("\\", "")
    assert page.button(key="start").disabled
    page.button(key="vectors_remove").click().run()
    assert not page.error
    assert not page.button(key="start").disabled
    assert page.number_input


def test_where_settings_do_not_go_together_the_vectors_can_still_be_removed(visit: Session) -> None:
    page = uploaded(visit)
    for label in ("Validation share", "Test share"):
        next(one for one in page.slider if one.label == label).set_value(0.5).run()
    assert "leave" in page.error[0].value
    page.button(key="vectors_remove").click().run()
    assert not page.exception
    assert visit.settings.vectors is None


def test_a_network_that_reads_characters_is_offered_no_upload(visit: Session) -> None:
    visit.settings = replace(
        visit.settings, network=replace(visit.settings.network, tokenization="characters")
    )
    page = open_page(PAGE, visit)
    assert not page.exception
    assert "GloVe or word2vec, as text" not in [one.label for one in page.file_uploader]
    assert "so it cannot start from them" in said(page)


def test_another_visitor_sees_nothing_of_it(visit: Session, news_file: Path) -> None:
    uploaded(visit)
    stranger = Session("c", paths.visitors() / "c.json")
    stranger.choose_news(news_file, "articles.json")
    page = open_page(PAGE, stranger)
    assert "glove" not in said(page)
    assert stranger.settings.vectors is None
