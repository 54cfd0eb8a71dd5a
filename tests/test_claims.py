"""docs/claims.md is what the tests' markers say, and every chapter's statements are in it."""

import pytest

from tests.claims import DOCUMENT, Claim, all_claims, claims_in, document, headings


def test_the_document_is_made_of_the_markers() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(all_claims()), "run python -m tests.claims"


def test_every_place_states_something() -> None:
    assert {claim.place for claim in all_claims()} == set(headings())


def test_no_test_claims_the_same_twice() -> None:
    claims = all_claims()
    assert len(claims) == len(set(claims))


def test_markers_are_read_from_the_source() -> None:
    source = (
        '@pytest.mark.claim("gates", "a | b")\n@pytest.mark.claim("loop", "c")\n@pytest.mark.slow\n'
        "def test_one(real_news_path: Path) -> None: ...\n"
        "class TestAll:\n"
        '    @pytest.mark.claim("gates", "a | b")\n'
        "    def test_two(self) -> None: ...\n"
    )
    claims = sorted(claims_in(source, "tests/test_x.py"), key=lambda claim: (claim.test, claim.place))
    assert [(claim.place, claim.statement, claim.test, claim.needs_real_news) for claim in claims] == [
        ("gates", "a | b", "tests/test_x.py::test_one", True),
        ("loop", "c", "tests/test_x.py::test_one", True),
        ("gates", "a | b", "tests/test_x.py::test_two", False),
    ]
    text = document(claims)
    assert text.count("a \\| b") == 1
    assert (
        "| `tests/test_x.py::test_one` (with the real file), `::test_two` |\n" in text
    )  # one row, two tests


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('@pytest.mark.claim("gates")\ndef test_one(): ...', "two strings"),
        ('@pytest.mark.claim("gates", "")\ndef test_one(): ...', "two strings"),
        ('@pytest.mark.claim("gates", statement)\ndef test_one(): ...', "two strings"),
        ("@pytest.mark.claim\ndef test_one(): ...", "two strings"),
        ('@pytest.mark.claim("gate", "a")\ndef test_one(): ...', "place must be one of all, "),
        ('@pytest.mark.claim("gates", "a")\ndef helper(): ...', "must mark a test"),
        ('@pytest.mark.claim("gates", "a")\nclass TestAll: ...', "must mark a test"),
    ],
)
def test_a_marker_that_says_nothing_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(claims_in(source, "tests/test_x.py"))


def test_a_row_too_many_or_too_few_is_seen() -> None:
    claims = all_claims()
    more = Claim(
        place="gates", statement="nobody says this", test="tests/test_x.py::test_x", needs_real_news=False
    )
    assert document([*claims, more]) != document(claims) != document(claims[1:])
