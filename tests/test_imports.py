"""Who may import whom, read from the source; and that the web server stays free of TensorFlow.

``text <- rnn <- insight <- runs``; pages import core, never the other way round. Every
rule is also tried on made-up offenders, for a rule that cannot fail says nothing.
"""

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each room may import of core, besides itself and the modules open to all.
ROOMS = {
    "text": {"text"},
    "rnn": {"text", "rnn"},
    "insight": {"text", "rnn", "insight"},
    "runs": {"text", "rnn", "insight", "runs"},
}
OPEN_TO_ALL = {"core", "core.errors", "core.files", "core.logs", "core.places"}
OPENS_ALL = "core.__main__"
WORKER = "core.runs.worker"
TENSORFLOW = {"tensorflow", "keras"}
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


OURS = sources("core", "pages", "streamlit_app.py")


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
    """Imports inside core that run against the direction, and core's imports of the app."""
    wrong = []
    for module, source in modules.items():
        if top(module) != "core":
            continue
        room = module.partition(".")[2].partition(".")[0]
        for name in imported(source):
            if name.startswith("."):
                wrong.append(f"{module} imports {name}: write the whole name")
            if top(name) in {"streamlit", "streamlit_app", "pages", "tests", "benchmarks"}:
                wrong.append(f"{module} imports {name}")
            elif top(name) == "core" and module != OPENS_ALL:
                allowed = {f"core.{one}" for one in ROOMS.get(room, set())}
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
        if module not in {"core.rnn.cells", "core.rnn.network"} | workers
        and not module.startswith("core.rnn.training")
        for name in imported(source)
        if top(name) in TENSORFLOW
    ]


def tensorflow_in_server(modules: Sources) -> list[str]:
    """Modules that import TensorFlow and that the app or a page can reach, however late the import."""
    edges = graph(modules)
    reached = {module for module in modules if top(module) in {"pages", "streamlit_app"}}
    while new := {name for module in reached for name in edges[module]} - reached:
        reached |= new
    return [
        f"the app reaches {module}, which imports {name}"
        for module in sorted(reached)
        for name in imported(modules[module])
        if top(name) in TENSORFLOW
    ]


def plotly_outside(modules: Sources) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, source in modules.items()
        if not within(module, "core.insight.figures")
        for name in imported(source)
        if top(name) == "plotly" or (top(module) == "core" and within(name, "core.insight.figures"))
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


RULES: tuple[Rule, ...] = (
    arrows,
    strangers,
    tensorflow_outside,
    tensorflow_in_server,
    plotly_outside,
    unsafe,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_source_keeps_the_rule(rule: Rule) -> None:
    assert rule(OURS) == []


OFFENDERS: list[tuple[Rule, Sources]] = [
    (arrows, {"core.text.news": "from core.rnn.config import RunSettings"}),
    (arrows, {"core.text.news": "def late():\n    import core.rnn.config"}),
    (arrows, {"core.text.news": "from core import rnn"}),
    (arrows, {"core.text.news": "from ..rnn import config"}),
    (arrows, {"core.text.news": "import streamlit as st"}),
    (arrows, {"core.text.news": "import importlib\nimportlib.import_module('pages.ui')"}),
    (arrows, {"core.rnn.config": "from core.runs.store import Run"}),
    (arrows, {"core.rnn.config": "from core.insight import figures"}),
    (arrows, {"core.insight.figures.news": "import core.runs.store"}),
    (arrows, {"core.errors": "from core.text.news import News"}),
    (arrows, {"core.files": "import core.rnn.config"}),
    (arrows, {"core.__main__": "from pages.ui.text import percent"}),
    (strangers, {"core.helpers": ""}),
    (strangers, {"core.web.server": ""}),
    (tensorflow_outside, {"core.rnn.forward": "import tensorflow as tf"}),
    (tensorflow_outside, {"core.text.news": "def late():\n    from keras import layers"}),
    (
        tensorflow_outside,
        {"core.runs.x": "import keras", WORKER: "import core.runs.x", "pages.a": "import core.runs.x"},
    ),
    (tensorflow_outside, {"pages.train": "import tensorflow"}),
    (tensorflow_in_server, {"core.rnn.cells": "import keras", "pages.a": "from core.rnn import cells"}),
    (tensorflow_in_server, {"core.rnn": "import keras", "core.rnn.x": "", "pages.a": "import core.rnn.x"}),
    (
        tensorflow_in_server,
        {"core.a": "import keras", "core.b": "import core.a", "streamlit_app": "import core.b"},
    ),
    (plotly_outside, {"pages.data": "import plotly.express as px"}),
    (plotly_outside, {"core.insight.projection": "from plotly import graph_objects"}),
    (plotly_outside, {"core.runs.store": "from core.insight.figures.style import palette"}),
    (unsafe, {"pages.data": "st.markdown(text, unsafe_allow_html=True)"}),
    (unsafe, {"pages.data": "st.html(text)"}),
    (unsafe, {"core.text.news": "import pickle"}),
    (unsafe, {"core.text.news": "from joblib import load"}),
    (unsafe, {"core.rnn.classifier": "np.load(path, allow_pickle=True)"}),
    (unsafe, {"core.rnn.network": "keras.models.load_model(path)"}),
    (unsafe, {"core.rnn.network": "from keras.models import load_model"}),
    (unsafe, {"core.rnn.network": "model(path, safe_mode=False)"}),
]


@pytest.mark.parametrize(("rule", "modules"), OFFENDERS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_made_up_offender_is_found(rule: Rule, modules: Sources) -> None:
    assert len(rule(modules)) >= 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_is_allowed_passes(rule: Rule) -> None:
    allowed = {
        "core": "",
        "core.errors": "",
        "core.text.news": "from core.errors import NewsFileError\nimport core.places",
        "core.rnn.config": "from core.text.news import News",
        "core.rnn.cells": "import keras",
        "core.rnn.training_steps": "import tensorflow as tf",
        "core.rnn.classifier": "np.load(path, allow_pickle=False)",
        "core.runs.parts": "import keras",
        WORKER: "import core.runs.parts, core.rnn.training_steps",
        "core.runs.launch": "from core.runs.store import Run",
        "core.runs.store": "if TYPE_CHECKING:\n    import keras",
        "core.insight.figures.news": "import plotly.graph_objects as go",
        OPENS_ALL: "from core.runs import launch",
        "pages.train": "import streamlit as st\nfrom core.runs import launch\nst.plotly_chart(figure)",
        "streamlit_app": "import streamlit as st",
    }
    assert rule(allowed) == []


# Runs in a process of its own: imports the modules, runs the pages, prints what of TensorFlow came with them.
PROBE = """
import importlib, json, sys
modules, pages = json.loads(sys.argv[1])
for name in modules:
    importlib.import_module(name)
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
    folders = (ROOT / "pages", ROOT / "pages" / "chapters")
    scripts = sorted(str(path) for folder in folders for path in folder.glob("[!_]*.py"))
    helpers = [name for name in OURS if name.startswith("pages.ui")]
    reached = [
        name
        for module in OURS
        if top(module) != "core"
        for name in graph(OURS)[module]
        if top(name) == "core"
    ]
    assert {"home", "train", "predict", "numbers"} <= {Path(script).stem for script in scripts}
    assert "core.rnn.classifier" in reached
    assert brought_in(["streamlit_app", *helpers, *sorted(set(reached))], scripts) == []
