"""What tests must not do, read from their source.

No test looks at a clock or waits for a time, for a busy machine must not decide a verdict: a test waits for an event
(``waiting.py``), and how long something takes is a benchmark's to print. No test loads TensorFlow when it is collected,
for every process collects all tests: each would take four seconds longer to begin.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.test_imports import TENSORFLOW, Sources, graph, imported, reachable, sources, top

BENCHMARKS = sources("benchmarks")

TIMES = {
    "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "thread_time",
    "thread_time_ns", "time.time", "time.time_ns", "datetime.now", "timeit", "sleep", "wait_for_timeout",
}  # fmt: skip
ALLOWED = {
    "tests.waiting": {"monotonic", "sleep"},
    "tests.golden.make_golden": {"sleep", "time.time_ns"},  # no test runs it
    "tests.runs.test_run_queue": {"time.time", "time.time_ns"},  # moves the clock
    "tests.browser.test_path": {"wait_for_timeout"},  # before a picture is taken, which decides nothing
    "tests.server.test_storage": {"benchmarks.visitor.served"},
    "tests.server.test_server": {"benchmarks.visitor.served"},  # waits until the server answers
}


def used(source: str) -> Iterator[str]:
    """Names of TIMES that the source imports or looks up, and what it imports of a benchmark that does."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name):
                yield from {name, ".".join(ast.unparse(node).split(".")[-2:])} & TIMES
            case ast.Name(id=name):
                yield from {name} & TIMES
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    yield from {alias.name, f"{module}.{alias.name}"} & TIMES
                    if any(used(function_of(module, alias.name))):
                        yield f"{module}.{alias.name}"


def function_of(module: str, name: str) -> str:
    """The source of a benchmark's function; nothing where it has none of this name."""
    for node in ast.walk(ast.parse(BENCHMARKS.get(module, ""))):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.unparse(node)
    return ""


def clocks(modules: Sources) -> list[str]:
    return [
        f"{module} uses {name}"
        for module, source in modules.items()
        for name in used(source)
        if name not in ALLOWED.get(module, set())
    ]


def test_no_test_looks_at_a_clock() -> None:
    modules = sources("tests")
    assert clocks(modules) == []
    for module, names in ALLOWED.items():
        assert names <= set(used(modules[module]))  # no exception without its use


@pytest.mark.parametrize(
    "source",
    [
        "import time\nbegun = time.perf_counter()\ntask()\nassert time.perf_counter() - begun < 1",
        "from time import process_time as now\nassert now() < 1",
        "import time\nassert time.time() - begun < 1",
        "from datetime import datetime\nassert (datetime.now() - begun).seconds < 1",
        "import timeit\nassert timeit.timeit(task) < 1",
        "import time\nstart()\ntime.sleep(1)\nassert done()",
        "def test(page):\n    page.wait_for_timeout(500)\n    assert shown(page)",
        "from benchmarks.prediction import TARGET_SECONDS, seconds\nassert seconds(task) < TARGET_SECONDS",
        "from benchmarks.stalls import quickest\nassert quickest(task, large) < 24 * quickest(task, small)",
    ],
)
def test_a_made_up_offender_is_found(source: str) -> None:
    assert clocks({"tests.test_offender": source})


def test_what_is_allowed_passes() -> None:
    source = (
        "from tests.waiting import wait_until\nassert event.seconds == 1.0\nassert run.wait(timeout=300) == 0"
    )
    assert clocks({"tests.test_right": source}) == []


def loaded_at_collection(modules: Sources) -> list[str]:
    """Tests that bring in TensorFlow or Keras by the imports at their top, or at the top of what these import."""
    at_the_top = {
        module: "\n".join(
            ast.unparse(node)
            for node in ast.parse(source).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
        for module, source in modules.items()
    }
    collected = {module for module in modules if module.split(".")[-1].startswith(("test_", "conftest"))}
    return [
        f"{module} imports {name}"
        for module in sorted(reachable(graph(at_the_top), collected))
        for name in imported(at_the_top[module])
        if top(name) in TENSORFLOW
    ]


def test_no_test_loads_tensorflow_when_it_is_collected() -> None:
    assert (
        loaded_at_collection(sources("tests", "core", "pages", "server", "benchmarks", "data", "models"))
        == []
    )


def test_an_import_at_the_top_is_found_and_one_inside_a_test_is_not() -> None:
    layers = "import keras\n"
    at_the_top = {"tests.layers": layers, "tests.test_layers": "from tests.layers import Layer\n"}
    inside = {
        "tests.layers": layers,
        "tests.test_layers": "def test():\n    from tests.layers import Layer\n",
    }
    assert loaded_at_collection(at_the_top) == ["tests.layers imports keras"]
    assert loaded_at_collection(inside) == []
