"""Who may import whom, read from the source; and that the web server stays free of TensorFlow.

``news <- text <- settings <- model <- training <- insight <- runs <- cli``; pages import core, never the other way
round. Every rule is also tried on made-up offenders, for a rule that cannot fail says nothing.
"""

import ast
import functools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The rooms of core: each may import itself, the rooms before it, and the modules open to all.
ROOMS = ("news", "text", "settings", "model", "training", "insight", "runs", "tasks", "cli")
OPEN_TO_ALL = {"core", "core.arrays", "core.errors", "core.files", "core.logs", "core.paths"}
OPENS_ALL = "core.__main__"
WORKER = "core.runs.worker"
TENSORFLOW = {"tensorflow", "keras"}
# Where a network is built and trained; besides, what only the worker imports.
OF_TENSORFLOW = {
    "core.model.keras_model",
    "core.model.recurrent_layer",
    "core.training.optimizers",
    "core.training.train_step",
}
UNPICKLERS = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}

Sources = dict[str, str]  # module name -> source
Rule = Callable[[Sources], list[str]]


def sources(*tops: str) -> Sources:
    """The source of every module below ``tops`` (folders or files of the repository)."""
    found = {}
    for top in tops:
        path = ROOT / top
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = file.read_text(encoding="utf-8")
    return found


OURS = sources("core", "pages", "server", "streamlit_app.py")


@functools.cache
def imported(source: str) -> tuple[str, ...]:
    """Dotted names that the source imports, wherever in the file, except for type checking alone.

    ``from a import b`` gives both ``a`` and ``a.b``, for b may be a module.
    """
    return tuple(_imported(source))


def _imported(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in skipped:
            continue
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)
            case ast.ImportFrom():
                yield "." * node.level + (node.module or "")  # relative: refused by `arrows`
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(
                function
            ).endswith(("import_module", "__import__")):
                yield name


def top(name: str) -> str:
    return name.partition(".")[0]


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def arrows(modules: Sources) -> list[str]:
    """Imports inside core that run against the direction, core's imports of the app, and the server's of pages."""
    wrong = []
    for module, source in modules.items():
        if top(module) == "server":
            above = {"streamlit_app", "pages", "tests", "benchmarks"}
            wrong += [f"{module} imports {name}" for name in imported(source) if top(name) in above]
        if top(module) != "core":
            continue
        room = module.partition(".")[2].partition(".")[0]
        for name in imported(source):
            if name.startswith("."):
                wrong.append(f"{module} imports {name}: write the whole name")
            if top(name) in {"streamlit", "streamlit_app", "pages", "server", "tests", "benchmarks"}:
                wrong.append(f"{module} imports {name}")
            elif top(name) == "core" and module != OPENS_ALL:
                before = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ()
                allowed = {f"core.{other}" for other in before}
                if not any(within(name, one) for one in allowed | OPEN_TO_ALL - {"core"}) and name != "core":
                    wrong.append(f"{module} imports {name}")
    return wrong


def strangers(modules: Sources) -> list[str]:
    """Modules of core that stand in no room."""
    return [
        f"{module} is in no room"
        for module in modules
        if top(module) == "core"
        and module not in OPEN_TO_ALL | {OPENS_ALL}
        and module.split(".")[1] not in ROOMS
    ]


def graph(modules: Sources) -> dict[str, set[str]]:
    """Module -> modules of ours that its imports run, the packages around them included."""
    edges: dict[str, set[str]] = {}
    for module, source in modules.items():
        names = {
            ".".join(name.split(".")[:n]) for name in imported(source) for n in range(1, name.count(".") + 2)
        }
        edges[module] = names & modules.keys() - {module}
    return edges


def reachable(edges: dict[str, set[str]], start: set[str]) -> set[str]:
    """What is imported from ``start``, directly or by what is imported, with ``start`` itself."""
    reached = set(start)
    while new := {name for module in reached for name in edges[module]} - reached:
        reached |= new
    return reached


def only_for_the_worker(modules: Sources) -> set[str]:
    """The worker, and what nothing else imports but the worker and modules of this set."""
    edges = graph(modules)
    chosen = set(modules) - {"streamlit_app"} - {module for module in modules if top(module) == "pages"}
    while True:
        left = {WORKER} & chosen
        for module in chosen:
            importers = {one for one in edges if module in edges[one]}
            if importers and importers <= chosen:
                left.add(module)
        if left == chosen:
            return chosen
        chosen = left


def tensorflow_outside(modules: Sources) -> list[str]:
    """TensorFlow or Keras outside the network, its cells, its training and what only the worker imports."""
    workers = only_for_the_worker(modules)
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        if module not in OF_TENSORFLOW | workers
        for name in imported(source)
        if top(name) in TENSORFLOW
    ]


def tensorflow_in_server(modules: Sources) -> list[str]:
    """Modules that import TensorFlow and that the app or a page can reach, however late the import."""
    app = {module for module in modules if top(module) in {"pages", "streamlit_app"}}
    return [
        f"the app reaches {module}, which imports {name}"
        for module in sorted(reachable(graph(modules), app))
        for name in imported(modules[module])
        if top(name) in TENSORFLOW
    ]


def draws(module: str) -> bool:
    """Whether the module, or a name inside it, belongs to the figures."""
    return within(module, "core.insight.plot_style") or (
        within(module, "core.insight") and "figures" in module.split(".")
    )


def words_outside(modules: Sources) -> list[str]:
    """Captions, or the wording of a sentence, in a topic's computations: they stand in captions.py and figures.py."""
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        if within(module, "core.insight")
        and module.split(".")[-1] not in {"captions", "figures", "plot_style"}
        for name in imported(source)
        if within(name, "core.insight.wording")
        or (within(name, "core.insight") and "captions" in name.split("."))
    ]


def plotly_outside(modules: Sources) -> list[str]:
    """Plotly outside the figures and their style; and figures inside core for anything but figures."""
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        if not draws(module)
        for name in imported(source)
        if top(name) == "plotly" or (top(module) == "core" and draws(name))
    ]


SHARED = {"components", "widgets"}


def folder_of(module: str) -> str:
    """The folder of pages that the module stands in: a page's name, "components", "widgets"; else ""."""
    parts = module.split(".")
    return parts[1] if parts[0] == "pages" and len(parts) > 2 else ""


def other_pages(modules: Sources) -> list[str]:
    """A page's folder that imports another page's; the chapters of the lesson may show any page's parts."""
    packages = {folder_of(module) for module in modules} - {""}
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        if top(module) == "pages" and folder_of(module) != "learn"
        for name in imported(source)
        if top(name) == "pages" and len(name.split(".")) > 2
        if name.split(".")[1] in packages - SHARED - {folder_of(module)}
        if folder_of(module)  # the frame and its neighbours know every page
    ]


def definitions(source: str) -> dict[str, ast.stmt]:
    """The statements at the top of the source that define a function, a class or a constant, by its name."""
    defined: dict[str, ast.stmt] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                defined[name] = statement
            case ast.Assign() | ast.AnnAssign():
                stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
                defined |= {node.id: statement for node in stored if isinstance(node.ctx, ast.Store)}
    return defined


def used_names(module: str, source: str, part: ast.AST) -> set[str]:
    """Dotted names that a part of the module's source uses: imported ones, and those that the module defines."""
    bound = {name: f"{module}.{name}" for name in definitions(source)}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(origin), names=names):
                bound |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in names}
            case ast.Import(names=names):
                bound |= {alias.asname: alias.name for alias in names if alias.asname}
    used = set()
    for node in ast.walk(part):
        if isinstance(node, ast.Name | ast.Attribute):
            first, dot, rest = ast.unparse(node).partition(".")
            used.add(bound.get(first, first) + dot + rest)
    return used


def widgets_of_one_page(modules: Sources) -> list[str]:
    """Functions and classes of widgets that one page alone uses, directly or by other widgets: its folder takes them.

    A page is a folder: neither the modules around the pages (the frame, the session, the caches) nor the components
    count. Read name by name: a module whose constant another widget needs is not thereby a widget of two pages.
    """
    page_users: dict[str, set[str]] = {}  # dotted name -> the folders whose pages use it
    widget_users: dict[str, set[str]] = {}  # dotted name -> the names of widgets that use it
    for module, source in modules.items():
        if folder_of(module) == "widgets":
            for name, statement in definitions(source).items():
                for used in used_names(module, source, statement):
                    widget_users.setdefault(used, set()).add(f"{module}.{name}")
        elif (page := folder_of(module)) and page not in SHARED:
            for used in used_names(module, source, ast.parse(source)):
                page_users.setdefault(used, set()).add(page)
    wrong = []
    for module, source in modules.items():
        if folder_of(module) != "widgets":
            continue
        widgets = [
            name
            for name, statement in definitions(source).items()
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not name.startswith("_")
        ]
        if not widgets:
            wrong.append(f"{module} holds no widget")
        for name in widgets:
            reached = {f"{module}.{name}"}
            while new := {user for widget in reached for user in widget_users.get(widget, ())} - reached:
                reached |= new
            pages = sorted({page for widget in reached for page in page_users.get(widget, ())})
            if len(pages) < 2:
                wrong.append(f"{module}.{name} is used by {', '.join(pages) or 'no page'}")
    return wrong


def components_outside(modules: Sources) -> list[str]:
    """Streamlit's components API outside pages/components."""
    return [
        f"{module}: {ast.unparse(node)}"
        for module, source in modules.items()
        if folder_of(module) != "components"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"st.components", "streamlit.components"}
    ]


# An arrow function, a named one, a declaration of JavaScript; a rule of CSS.
BROWSER_CODE = re.compile(
    r"=>|\bfunction\b[^\n]*\{|^\s*(const|let) \w|[\w)\]] *\{[^{}]*[\w-]+ *: *[^{};]+;", re.MULTILINE
)


def strings(source: str) -> Iterator[str]:
    """The strings of the source; in place of what an f-string computes stands ``x``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)


def browser_code_in_python(modules: Sources) -> list[str]:
    """JavaScript and CSS longer than a line in a string: they stand in files beside the module."""
    return [
        f"{module}: {text.strip().splitlines()[0]}"
        for module, source in modules.items()
        for text in strings(source)
        if len(text.strip().splitlines()) > 1 and BROWSER_CODE.search(text)
    ]


# What a help belongs to whose first use of a word of the field links to the glossary: settings and figures, no buttons.
EXPLAINED = {
    "checkbox", "file_uploader", "metric", "multiselect", "number_input", "pills", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "text_area", "text_input", "toggle",
}  # fmt: skip


def helps_without_links(modules: Sources) -> list[str]:
    """Helps of settings and figures that are no call: of ``help_text``, or of ``literal`` for a visitor's text."""
    return [
        f"{module} has a help without help_text: {ast.unparse(keyword.value)[:60]}"
        for module, source in modules.items()
        if top(module) == "pages"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXPLAINED
        for keyword in node.keywords
        if keyword.arg == "help" and not isinstance(keyword.value, ast.Call | ast.Name | ast.BoolOp)
    ]


def unsafe(modules: Sources) -> list[str]:
    """User text as markup, and files that run code when they are read."""
    wrong = []
    for module, source in modules.items():
        names = {name for name in imported(source) if top(name) in UNPICKLERS}
        wrong += [f"{module} imports {name}" for name in sorted(names)]
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.keyword(arg="unsafe_allow_html"):
                    wrong.append(f"{module}: unsafe_allow_html")
                case ast.keyword(arg="safe_mode" | "allow_pickle", value=value) if (
                    ast.unparse(value) != {"safe_mode": "True", "allow_pickle": "False"}[str(node.arg)]
                ):
                    wrong.append(f"{module}: {ast.unparse(node)}")
                case ast.Attribute(attr="html") if ast.unparse(node) in {"st.html", "streamlit.html"}:
                    wrong.append(f"{module}: st.html")
                case ast.Attribute(
                    attr="load_model" | "read_pickle" | "to_pickle" | "enable_unsafe_deserialization"
                ):
                    wrong.append(f"{module}: {node.attr}")
                case ast.alias(name="load_model"):
                    wrong.append(f"{module}: load_model")
    return wrong


def downloads_by_streamlit(modules: Sources) -> list[str]:
    """Streamlit's download button, whose address serves whoever asks: pages offer files by server/downloads.py."""
    wrong = []
    for module, source in modules.items():
        for node in ast.walk(ast.parse(source)):
            match node:
                case (
                    ast.Attribute(attr="download_button")
                    | ast.Call(
                        func=ast.Name(id="getattr"), args=[_, ast.Constant(value="download_button"), *_]
                    )
                ):
                    wrong.append(f"{module}: {ast.unparse(node)}")
                case ast.ImportFrom(module=str(origin), names=names) if top(origin) == "streamlit" and any(
                    alias.name == "download_button" for alias in names
                ):
                    wrong.append(f"{module}: {ast.unparse(node)}")
    return wrong


# What a fragment's parameters may be: names of what caches.py and tasks.py have, and small settings.
KEYS = {
    *("str", "int", "float", "bool", "None", "Path", "Session", "session.Session", "Run", "Race"),
    *("ClassifierKey", "ReadNews", "MeasureCoverage", "CleaningSettings"),
}


def fragments_of_tables(modules: Sources) -> list[str]:
    """Fragments that take more than keys, or stand in a function: Streamlit keeps what they hold with the session."""
    wrong = []
    for module, source in modules.items():
        if top(module) != "pages":
            continue
        for function, name in _fragments(module, source, modules):
            if function is None:
                wrong.append(f"{module}: the fragment {name} is no function at the top of a module")
                continue
            parameters = function.args
            for each in (
                *(*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs),
                *(each for each in (parameters.vararg, parameters.kwarg) if each),
            ):
                kind = ast.unparse(each.annotation) if each.annotation else "anything"
                if not set(kind.split(" | ")) <= KEYS:
                    wrong.append(f"{module}: the fragment {name} holds {each.arg}: {kind}")
    return wrong


def _fragments(module: str, source: str, modules: Sources) -> Iterator[tuple[ast.FunctionDef | None, str]]:
    """The module's fragments, decorated or made by a call, by name; None: one that is not found by its name."""
    tree = ast.parse(source)
    functions = _functions(source)
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(decorator_list=marks) if any(map(_makes_fragment, marks)):
                yield (node if node in tree.body else None), node.name
            case ast.Call(args=[made, *_]) if _makes_fragment(node):
                name = ast.unparse(made)
                origins = (origin for origin in imported(source) if origin.endswith(f".{name}"))
                homes = (modules.get(origin.rpartition(".")[0], "") for origin in origins)
                yield functions.get(name) or next((_functions(home).get(name) for home in homes), None), name


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def _makes_fragment(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(called).rpartition(".")[2] == "fragment"


STARTS_RUNS = "core.runs.start"


def runs_made_elsewhere(modules: Sources) -> list[str]:
    """Runs created outside core/runs/start.py: an attribute ``create``, called or passed on, or named in getattr."""
    wrong = []
    for module, source in modules.items():
        if module == STARTS_RUNS:
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case (
                    ast.Attribute(attr="create")
                    | ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value="create"), *_])
                ):
                    wrong.append(f"{module}: {ast.unparse(node)}")
    return wrong


RULES: tuple[Rule, ...] = (
    runs_made_elsewhere,
    downloads_by_streamlit,
    fragments_of_tables,
    arrows,
    strangers,
    tensorflow_outside,
    tensorflow_in_server,
    plotly_outside,
    words_outside,
    other_pages,
    widgets_of_one_page,
    components_outside,
    browser_code_in_python,
    helps_without_links,
    unsafe,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_source_keeps_the_rule(rule: Rule) -> None:
    assert rule(OURS) == []


OFFENDERS: list[tuple[Rule, Sources]] = [
    (runs_made_elsewhere, {"pages.session": "run = self.store.create(settings, news=path)"}),
    (runs_made_elsewhere, {"core.cli.train": "RunStore(paths.runs()).create(settings)"}),
    (runs_made_elsewhere, {"core.runs.memory_race": "make = store.create\nmake(settings)"}),
    (runs_made_elsewhere, {"core.runs.scheduler": "RunStore.create(store, settings)"}),
    (runs_made_elsewhere, {"core.runs.jobs": "getattr(store, 'create')(settings)"}),
    (downloads_by_streamlit, {"pages.words.page": "st.download_button('Download', data)"}),
    (downloads_by_streamlit, {"pages.words.page": "left.download_button('Download', data)"}),
    (downloads_by_streamlit, {"pages.words.page": "getattr(st, 'download_button')('Download', data)"}),
    (
        downloads_by_streamlit,
        {"pages.words.page": "from streamlit import download_button as button\nbutton('Download', data)"},
    ),
    (fragments_of_tables, {"pages.a": "@st.fragment\ndef draw(news: News) -> None: ..."}),
    (
        fragments_of_tables,
        {"pages.a": "@st.fragment\ndef draw(key: ClassifierKey, loaded=None) -> None: ..."},
    ),
    (fragments_of_tables, {"pages.a": "@st.fragment\ndef draw(*parts: list[News]) -> None: ..."}),
    (
        fragments_of_tables,
        {"pages.a": "@st.fragment(run_every=1)\ndef draw(replay: Replay | None) -> None: ..."},
    ),
    (
        fragments_of_tables,
        {
            "pages.a": "def draw(run: Run, replay: Replay) -> None: ...\nst.fragment(draw, run_every=1)(run, replay)"
        },
    ),
    (
        fragments_of_tables,
        {
            "pages.a": "from pages.b import draw\nst.fragment(draw)(news)",
            "pages.b": "def draw(news: News): ...",
        },
    ),
    (fragments_of_tables, {"pages.a": "st.fragment(lambda: draw(news))()"}),
    (
        fragments_of_tables,
        {"pages.a": "def page(news):\n    @st.fragment\n    def draw() -> None:\n        show(news)"},
    ),
    (arrows, {"core.text.cleaning": "from core.settings.run import RunSettings"}),
    (arrows, {"core.news.news": "def late():\n    import core.text.cleaning"}),
    (arrows, {"core.news.news": "from core import text"}),
    (arrows, {"core.news.news": "from ..text import cleaning"}),
    (arrows, {"core.news.news": "import streamlit as st"}),
    (arrows, {"core.news.news": "from server.visitors import HEADER"}),
    (arrows, {"server.visitors": "from pages.session import Session"}),
    (arrows, {"core.news.news": "import importlib\nimportlib.import_module('pages.widgets')"}),
    (arrows, {"core.news.news": "import streamlit_app"}),
    (arrows, {"core.news.news": "from tests.waiting import wait_until"}),
    (arrows, {"core.news.news": "from benchmarks import load"}),
    (arrows, {"core.settings.run": "from core.model.forward import forward"}),
    (arrows, {"core.model.classifier": "from core.training.events import Event"}),
    (arrows, {"core.training.trainer": "from core.insight import plot_style"}),
    (arrows, {"core.insight.evaluation.figures": "import core.runs.run"}),
    (arrows, {"core.runs.start": "import core.cli.console"}),
    (arrows, {"core.errors": "from core.news.news import News"}),
    (arrows, {"core.files": "import core.settings.run"}),
    (arrows, {"core.__main__": "from pages.wording import percent"}),
    (strangers, {"core.helpers": ""}),
    (strangers, {"core.web.server": ""}),
    (tensorflow_outside, {"core.model.forward": "import tensorflow as tf"}),
    (tensorflow_outside, {"core.news.news": "def late():\n    from keras import layers"}),
    (
        tensorflow_outside,
        {"core.runs.x": "import keras", WORKER: "import core.runs.x", "pages.a": "import core.runs.x"},
    ),
    (tensorflow_outside, {"pages.train.page": "import tensorflow"}),
    (
        tensorflow_in_server,
        {"core.model.recurrent_layer": "import keras", "pages.a": "from core.model import recurrent_layer"},
    ),
    (
        tensorflow_in_server,
        {"core.model": "import keras", "core.model.x": "", "pages.a": "import core.model.x"},
    ),
    (
        tensorflow_in_server,
        {"core.a": "import keras", "core.b": "import core.a", "streamlit_app": "import core.b"},
    ),
    (words_outside, {"core.insight.dataset.overview": "from core.insight.wording import percent"}),
    (words_outside, {"core.insight.replay.replay": "from core.insight.evaluation import captions"}),
    (
        words_outside,
        {"core.insight.lessons.loop.compute": "from core.insight.lessons.loop.captions import title"},
    ),
    (plotly_outside, {"core.insight.dataset.words_figures": "import plotly.graph_objects as go"}),
    (plotly_outside, {"pages.data.page": "import plotly.express as px"}),
    (plotly_outside, {"core.insight.word_map.projection": "from plotly import graph_objects"}),
    (plotly_outside, {"core.runs.figures": "from plotly import graph_objects"}),
    (plotly_outside, {"core.runs.run": "from core.insight.plot_style import palette"}),
    (plotly_outside, {"core.insight.evaluation.report": "from core.insight.evaluation import figures"}),
    (
        other_pages,
        {"pages.train.page": "from pages.words.word_index import size", "pages.words.word_index": ""},
    ),
    (other_pages, {"pages.widgets.run": "from pages.train import form", "pages.train.form": ""}),
    (widgets_of_one_page, {"pages.widgets.run": ""}),
    (widgets_of_one_page, {"pages.widgets.run": "def draw(): ..."}),
    (
        widgets_of_one_page,
        {
            "pages.widgets.run": "def draw(): ...",
            "pages.train.page": "import pages.widgets.run\npages.widgets.run.draw()",
            "pages.train.b": "from pages.widgets.run import draw\ndraw()",
        },
    ),
    (  # two pages use the module, one of them its constant alone
        widgets_of_one_page,
        {
            "pages.widgets.layers": "MOST = 4\ndef table(): ...",
            "pages.widgets.form": "from pages.widgets.layers import MOST\ndef form(): return MOST",
            "pages.train.page": "from pages.widgets import form, layers\nform.form()\nlayers.table()",
            "pages.race.page": "from pages.widgets import form\nform.form()",
        },
    ),
    (  # two pages use the module, one the other's widget not
        widgets_of_one_page,
        {
            "pages.widgets.run": "def draw(): ...\ndef label(): ...",
            "pages.train.page": "from pages.widgets.run import draw, label\ndraw(label())",
            "pages.race.page": "from pages.widgets.run import label\nlabel()",
        },
    ),
    *(
        (  # one page, and a module of pages that is no page
            widgets_of_one_page,
            {
                "pages.widgets.run": "def draw(): ...",
                "pages.train.page": "from pages.widgets.run import draw\ndraw()",
                module: "from pages.widgets.run import draw\ndraw()",
            },
        )
        for module in ("pages.frame", "pages.components.chart")
    ),
    *(
        (  # two pages use the module, one of them this definition not
            widgets_of_one_page,
            {
                "pages.widgets.run": f"def label(): ...\n{definition}",
                "pages.train.page": "from pages.widgets.run import Run, label\nRun(label())",
                "pages.race.page": "from pages.widgets.run import label\nlabel()",
            },
        )
        for definition in ("class Run: ...", "async def Run(): ...")
    ),
    (components_outside, {"pages.train.page": "st.components.v2.component('x', js='')"}),
    (components_outside, {"pages.train.page": "streamlit.components.v2.component('x', js='')"}),
    (browser_code_in_python, {"pages.a": "JS = 'export default function () {\\n  draw()\\n}'"}),
    (browser_code_in_python, {"pages.a": "JS = 'list.forEach((row) =>\\n  draw(row))'"}),
    (browser_code_in_python, {"pages.a": "def f(x):\n    return f'const rows = {x}\\nlet column = 1'"}),
    (browser_code_in_python, {"pages.a": "CSS = 'li { margin: 0;\\n  padding: 0; }\\n'"}),
    (browser_code_in_python, {"core.a": "CSS = BARS + 'ol.bars > li {\\n  margin: 0;\\n}'"}),
    (helps_without_links, {"pages.data.page": "st.slider('Words', help='The vocabulary.')"}),
    (helps_without_links, {"pages.data.page": "left.metric('Words', '5', help=captions.WORDS)"}),
    (helps_without_links, {"pages.data.page": "left.metric('Words', '5', help=f'{count(5)} words')"}),
    (helps_without_links, {"pages.data.page": "left.metric('Words', '5', help=_HELP[role])"}),
    (unsafe, {"pages.data.page": "st.markdown(text, unsafe_allow_html=True)"}),
    (unsafe, {"pages.data.page": "st.html(text)"}),
    (unsafe, {"core.news.news": "import pickle"}),
    (unsafe, {"core.news.news": "from joblib import load"}),
    (unsafe, {"core.news.news": "import dill"}),
    (unsafe, {"core.news.news": "import cloudpickle"}),
    (unsafe, {"core.news.news": "import shelve"}),
    (unsafe, {"core.news.news": "import marshal"}),
    (unsafe, {"pages.data.page": "streamlit.html(text)"}),
    (unsafe, {"core.news.table": "pd.read_pickle(path)"}),
    (unsafe, {"core.news.table": "table.to_pickle(path)"}),
    (unsafe, {"core.model.keras_model": "keras.config.enable_unsafe_deserialization()"}),
    (unsafe, {"core.model.classifier": "np.load(path, allow_pickle=True)"}),
    (unsafe, {"core.model.keras_model": "keras.models.load_model(path)"}),
    (unsafe, {"core.model.keras_model": "from keras.models import load_model"}),
    (unsafe, {"core.model.keras_model": "model(path, safe_mode=False)"}),
]


@pytest.mark.parametrize(("rule", "modules"), OFFENDERS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_made_up_offender_is_found(rule: Rule, modules: Sources) -> None:
    assert len(rule(modules)) >= 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_is_allowed_passes(rule: Rule) -> None:
    allowed = {
        "core": "",
        "core.errors": "",
        "core.news.news": "from core.errors import NewsFileError\nimport core.paths",
        "core.text.cleaning": "from core.news.news import News",
        "core.model.recurrent_layer": "import keras",
        "core.training.trainer": "import tensorflow as tf",
        "core.model.classifier": "np.load(path, allow_pickle=False)",
        "core.runs.parts": "import keras",
        WORKER: "import core.runs.parts, core.training.trainer",
        "core.runs.scheduler": "from core.runs.run import Run",
        STARTS_RUNS: "run = store.create(settings)",
        "core.runs.run_store": "class RunStore:\n    def create(self, settings): ...",
        "core.runs.run": "if TYPE_CHECKING:\n    import keras",
        "core.insight.plot_style": "import plotly.graph_objects as go",
        "core.insight.dataset.captions": "from core.insight.wording import percent",
        "core.insight.dataset.figures": (
            "from core.insight.plot_style import finish\nfrom core.insight.dataset import captions"
        ),
        OPENS_ALL: "from core.runs import scheduler",
        "pages.frame": "from pages.train import page",
        "pages.train.page": "import streamlit as st\nfrom core.runs import scheduler\nst.plotly_chart(figure)",
        "pages.words.page": "import pages.widgets.chart, pages.components.chart\npages.widgets.chart.draw()\n"
        "from pages.components.download_button import download_button\ndownload_button('Download', address)",
        "pages.data.page": "from pages.widgets import chart\nchart.draw()",
        "pages.cleaning.page": "NOTE = 'share: a function;\\nof it'\nARROW = 'x => y'",
        "pages.widgets.chart": "import pages.components.chart, pages.widgets.axis\n"
        "def draw(): return pages.widgets.axis.axis()",
        "pages.widgets.axis": "def axis(): ...",
        "pages.components.chart": "st.components.v2.component('x')",
        "pages.learn.loop.page": "import pages.widgets.chart, pages.words.page, pages.learn.chapters",
        "pages.learn.chapters": "",
        "streamlit_app": "import streamlit as st",
    }
    assert rule(allowed) == []


# Runs in a process of its own: imports the modules, runs the pages, prints what of TensorFlow came with them.
PROBE = """
import functools, importlib, json, sys
modules, pages = json.loads(sys.argv[1])
for name in modules:
    importlib.import_module(name)
if pages:  # Streamlit searches the installed packages for components once, and not for each page
    from streamlit.components.v2 import manifest_scanner as scanner
    scanner.scan_component_manifests = functools.cache(scanner.scan_component_manifests)
for page in pages:
    from streamlit.testing.v1 import AppTest
    ran = AppTest.from_file(page, default_timeout=120).run()
    assert not ran.exception, (page, ran.exception)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} & {"tensorflow", "keras"})))
"""


def brought_in(modules: list[str], pages: list[str], *, path: Path = ROOT) -> list[str]:
    """Which of TensorFlow and Keras a fresh process has loaded after importing modules and running pages."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps([modules, pages])],
        cwd=path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_the_probe_sees_what_a_module_brings_in(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").touch()
    (tmp_path / "offender.py").write_text("import tensorflow")
    assert brought_in(["offender"], [], path=tmp_path) == ["tensorflow"]
    assert brought_in(["json"], [], path=tmp_path) == []


@pytest.mark.slow
def test_the_web_server_never_loads_tensorflow() -> None:
    scripts = sorted(str(path) for path in (ROOT / "pages").rglob("page.py"))
    scripts.append(str(ROOT / "pages" / "frame.py"))
    helpers = [
        name for name in OURS if top(name) == "pages" and not name.endswith(".page") and name != "pages.frame"
    ]
    reached = [
        name
        for module in OURS
        if top(module) != "core"
        for name in graph(OURS)[module]
        if top(name) == "core"
    ]
    assert {"home", "train", "predict", "numbers"} <= {Path(script).parent.name for script in scripts}
    assert "core.model.classifier" in reached
    assert brought_in(["streamlit_app", *helpers, *sorted(set(reached))], scripts) == []
