"""The documents keep their word: links lead somewhere, options are those of ``--help``, the lesson adds up."""

import re
from dataclasses import fields
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.lesson import LESSONS
from core.__main__ import app
from core.insight.lessons.numbers.compute import MAX_N
from core.settings.memory_race import equal_budget_settings, layer_parameters
from core.settings.network import NetworkSettings
from core.settings.presets import PRESETS
from core.settings.training import TrainingSettings
from pages.learn.chapters import CHAPTERS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]*")
PATH = re.compile(
    r"(?P<path>(?:core|pages|tests|benchmarks|data|models|docs)/[\w./-]*\w)?(?:::(?P<test>\w+))?"
)
CONSTANT = re.compile(r"_?[A-Z][A-Z_]{2,}")
# What git ignores is made when the app runs.
MADE_LATER = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}

Options = dict[str, set[str]]  # verb -> its options, but for --json and --help, which every verb has


def anchors(document: Path) -> set[str]:
    """The headings as GitHub links to them: lower case, hyphens for blanks, no other signs."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> list[str]:
    """Relative links whose file or heading does not exist."""
    broken = []
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    return broken


def test_the_documents_are_found() -> None:
    names = {str(path.relative_to(ROOT)) for path in DOCUMENTS}
    assert {"README.md", "docs/tour.md", "docs/decisions/README.md", "benchmarks/README.md"} <= names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    assert broken_links(document) == []


NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


@pytest.mark.claim("readme", "there are eleven chapters")
@pytest.mark.parametrize("document", ["README.md", "docs/pages.md", "docs/architecture.md"])
def test_the_chapters_are_counted(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8").lower()
    assert re.findall(r"(\w+)\s+chapters\b(?= reproduces|, from|:\n)", text) == [NUMBERS[len(CHAPTERS)]]


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading: of two")
    document = tmp_path / "offender.md"
    document.write_text(
        "# Top\n[a](there.md) [b](there.md#a-heading-of-two) [c](#top) [d](https://example.org/x)\n"
        "[e](gone.md) [f](there.md#gone) [g](#gone) ![h](images/gone.png)"
    )
    assert broken_links(document) == ["gone.md", "there.md#gone", "#gone", "images/gone.png"]


@cache
def source() -> str:
    """All of our Python but the tests, which might name what is gone."""
    files = [
        file
        for top in ("core", "pages", "server", "benchmarks")
        for file in sorted((ROOT / top).rglob("*.py"))
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def missing_references(document: Path) -> list[str]:
    """Files, tests, benchmarks and constants in code spans that do not exist.

    ``::test`` alone is in the file named before it.
    """
    missing, file = [], ROOT
    for code in re.findall(r"`([^`\n]+)`", document.read_text(encoding="utf-8")):
        benchmark = re.search(r"\bbenchmarks\.(\w+)", code)
        match = PATH.fullmatch(code)
        if benchmark:
            found = (ROOT / "benchmarks" / f"{benchmark[1]}.py").exists()
        elif match:
            file = ROOT / match["path"] if match["path"] else file
            found = code in MADE_LATER or file.exists()
            if found and match["test"]:
                found = f"\ndef {match['test']}(" in file.read_text(encoding="utf-8")
        elif CONSTANT.fullmatch(code):
            found = bool(re.search(rf"\b{code}\b", source()))
        else:
            continue
        if not found:
            missing.append(code)
    return missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_test_that_is_named_exists(document: Path) -> None:
    assert missing_references(document) == []


def test_a_name_of_nothing_is_found(tmp_path: Path) -> None:
    document = tmp_path / "offender.md"
    document.write_text(
        "`tests/test_docs.py::test_a_name_of_nothing_is_found` `::test_gone` `core/errors.py` `core/gone.py`\n"
        "`core/text` `core/gone/<chapter>` `python -m benchmarks.cells FILE` `benchmarks.gone` `pages/gone`\n"
        "`models/runs` `PAGES` `NO_SUCH_CONSTANT`"
    )
    assert missing_references(document) == [
        "::test_gone",
        "core/gone.py",
        "benchmarks.gone",
        "pages/gone",
        "NO_SUCH_CONSTANT",
    ]


def paths_of_tree(text: str) -> list[str]:
    """The paths of an annotated tree: two spaces a level, folders end with a slash, remarks after two spaces."""
    paths, above = [], [""]
    for line in text.splitlines():
        name = line.lstrip()
        if not name or line.startswith(" " * 24):  # a remark that goes on
            continue
        depth = (len(line) - len(name)) // 2
        for entry in name.partition("  ")[0].split():
            paths.append("".join(above[: depth + 1]) + entry)
            above[depth + 1 :] = [entry]
    return paths


def test_the_tree_of_the_architecture_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = paths_of_tree(text.partition("## The tree\n\n```\n")[2].partition("```")[0])
    assert len(paths) > 80
    assert [path for path in paths if not (ROOT / path).exists()] == []
    # A folder that moved leaves its compiled files behind, and is no package any more.
    packages = {
        f"{top}/{path.parent.name}/"
        for top in ("core", "pages")
        for path in (ROOT / top).glob("*/__init__.py")
    }
    assert packages - set(paths) == set()


# Of which the tree says once what they hold, wherever they stand.
IN_MANY_FOLDERS = {"__init__.py", "captions.py", "figures.py", "compute.py"}


def test_every_module_is_in_the_tree_of_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\w+\.py\b", text.partition("## The tree")[2].partition("## Where to change")[0]))
    modules = [
        *(ROOT / "core").rglob("*.py"),
        *(ROOT / "server").rglob("*.py"),
        *(ROOT / "teacher_pack").rglob("*.py"),
        *(ROOT / "pages" / "widgets").rglob("*.py"),
        *(ROOT / "pages").glob("*.py"),
    ]
    assert len(modules) > 200
    assert sorted(module.name for module in modules if module.name not in named | IN_MANY_FOLDERS) == []


def test_a_tree_gives_its_paths() -> None:
    tree = "entry.py   the entry\ncore/\n  text/   texts\n    news.py   reads\n  runs/\npages/\n  home/ data/"
    assert paths_of_tree(tree) == [
        "entry.py", "core/", "core/text/", "core/text/news.py", "core/runs/", "pages/", "pages/home/", "pages/data/"
    ]  # fmt: skip


def test_every_decision_is_in_the_index_and_has_its_three_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    rows = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert [(int(number), file) for number, _, file in rows] == list(
        enumerate((record.name for record in records), 1)
    )
    for (number, title, _), record in zip(rows, records, strict=True):
        first, *rest = HEADING.findall(record.read_text("utf-8"))
        assert first == f"{number}. {title}"
        assert rest == ["Context", "Decision", "Consequences"], record.name


@cache
def options_of_help() -> Options:
    """What ``python -m core --help`` and ``VERB --help`` list."""
    help_of = _help("")
    verbs = re.findall(r"^│ ([a-z]+) ", help_of, re.MULTILINE)
    return {verb: _listed(_help(verb)) for verb in verbs}


def _help(verb: str) -> str:
    result = CliRunner().invoke(app, [*verb.split(), "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    return re.sub(r"\x1b\[[0-9;]*m", "", result.output)


def _listed(text: str) -> set[str]:
    rows = re.findall(r"^│ +(--[a-z].*)$", text, re.MULTILINE)
    leading = [re.match(r"(--[a-z-]+[ ,]*)+", row) for row in rows]
    found = {option for match in leading if match for option in OPTION.findall(match[0])}
    assert {"--json", "--help"} <= found
    return found - {"--json", "--help"}


def options_of_table(text: str) -> Options:
    """Verbs and options in the table of docs/command-line.md: the code in each row's first cell."""
    rows = re.findall(r"^\| `([a-z]+)\b(.*?)` \|", text, re.MULTILINE)
    return {verb: set(OPTION.findall(rest)) for verb, rest in rows}


def differences(told: Options, real: Options) -> list[str]:
    """What one of the two names and the other does not."""
    found = [f"{verb} is told, --help has no such verb" for verb in sorted(told.keys() - real.keys())]
    found += [f"{verb} is not told" for verb in sorted(real.keys() - told.keys())]
    for verb in sorted(told.keys() & real.keys()):
        found += [
            f"{verb} {option} is told, --help has no such option"
            for option in sorted(told[verb] - real[verb])
        ]
        found += [f"{verb} {option} is not told" for option in sorted(real[verb] - told[verb])]
    return found


def test_the_command_lines_table_is_that_of_help() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    table = options_of_table(text.partition("## Settings")[0])
    assert len(table) >= 8
    assert differences(table, options_of_help()) == []


def test_a_verb_or_option_too_many_or_too_few_is_found() -> None:
    told = options_of_table(
        "| verb | prints |\n|---|---|\n| `check FILE [--fast]` | rows |\n| `fly` | height |\n"
    )
    real: Options = {"check": {"--slow"}, "clean": set()}
    assert differences(told, real) == [
        "fly is told, --help has no such verb",
        "clean is not told",
        "check --fast is told, --help has no such option",
        "check --slow is not told",
    ]


def settings_rows() -> list[str]:
    """A row for each setting that ``--set`` takes: name, what it may be, its value in each preset."""
    rows = []
    for part, kind in (("network", NetworkSettings), ("training", TrainingSettings)):
        for field in fields(kind):
            bounds = field.metadata.get("limits")
            if bounds:
                allowed = ", ".join(bounds.choices) or f"{bounds.low:,.10g} to {bounds.high:,.10g}"
                values = [
                    getattr(getattr(PRESETS[preset], part), field.name)
                    for preset in ("article", "quick", "best")
                ]
                shown = [value if isinstance(value, str) else f"{value:,.10g}" for value in values]
                rows.append(f"| `{field.name}` | {allowed} | {' | '.join(shown)} |")
    return rows


def test_the_settings_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `[a-z_]+` \|.*$", text.partition("## Settings")[2], re.MULTILINE)
    assert told == settings_rows()
    assert "| `epochs` | 1 to 100 | 10 | 2 | 4 |" in told


def lessons_of_tour() -> list[str]:
    """The text of each lesson."""
    text = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    return re.split(r"^## (?=Lesson |Measured)", text, flags=re.MULTILINE)[1:3]


@pytest.mark.claim("tour", "each lesson takes 45 minutes, without a gap")
def test_each_lesson_takes_45_minutes_without_a_gap() -> None:
    for lesson in lessons_of_tour():
        planned = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+) to (\d+) \|", lesson, re.MULTILINE)]
        told = [(int(a), int(b)) for a, b in re.findall(r"^### (\d+) to (\d+):", lesson, re.MULTILINE)]
        assert planned == told
        assert planned[0][0] == 0
        assert planned[-1][1] == 45
        assert all(before[1] == after[0] for before, after in pairwise(planned))


@pytest.mark.claim("tour", "each step at the computer is one that `python -m benchmarks.lesson` walks")
def test_the_lessons_steps_are_those_that_are_walked() -> None:
    for lesson, steps in zip(lessons_of_tour(), LESSONS, strict=True):
        told = re.findall(r"^### (\d+) to (\d+): (.+)$", lesson, re.MULTILINE)
        assert told[:-1] == [(str(step.begin), str(step.end), step.title) for step in steps]
        assert told[-1][2].startswith("Exit ticket")


@pytest.mark.claim(
    "tour", "every page, button, field and view that a step names is on a page under this name"
)
def test_every_label_of_the_lessons_is_on_a_page() -> None:
    labels = {label for lesson in lessons_of_tour() for label in re.findall(r"\*\*(.+?)\*\*", lesson)}
    assert len(labels) > 25
    files = [file for file in sorted((ROOT / "pages").rglob("*")) if file.suffix in (".py", ".js")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert unknown_labels(labels, code) == []


@pytest.mark.claim("tour", "the first chapter of lesson 1 has three questions and n-grams of 2 to 4 words")
def test_the_first_chapter_is_as_the_lesson_says() -> None:
    text = " ".join(lessons_of_tour()[0].split())
    assert "Move the slider **Words in an n-gram: n** from 2 to 4." in text
    assert MAX_N == 4
    assert "answer the three questions on paper" in text
    assert len(CHAPTERS["numbers"].questions) == 3


@pytest.mark.claim("tour", "four cells run the memory race, with equally many parameters within 5 %")
def test_four_cells_race_as_the_lesson_says() -> None:
    assert "Four cells with equally many parameters learn the same headlines." in lessons_of_tour()[1]
    parameters = [layer_parameters(run.network) for run in equal_budget_settings(units=64)]
    assert len(parameters) == 4
    assert max(parameters) <= 1.05 * min(parameters)


def unknown_labels(labels: set[str], code: str) -> list[str]:
    """Labels that are no string, nor the beginning of one; "Next: X" where X is none."""
    return sorted(
        label for label in labels if not re.search(r"[\"'>]" + re.escape(label.removeprefix("Next: ")), code)
    )


def test_a_label_of_no_page_is_found() -> None:
    code = 'st.button("Start training")\nst.title("Train")'
    assert unknown_labels({"Start training", "Next: Train", "Start", "training", "Next: Gone"}, code) == [
        "Next: Gone",
        "training",
    ]
