# make run      serve the app on http://localhost:8501
# make lint     ruff and mypy
# make test     everything that is checked but the long journeys, the browser included
# make test-all the long journeys, which repeat what other tests show, the benchmarks, the real file
# make coverage all tests, and which lines none of them runs
# make teacher-pack  worksheet, answers, exit tickets, slides and a talk, to print: handouts/
# make images   the screenshots of docs/images again
# make lock     requirements*.txt from requirements*.in; versions stay unless an .in says another, or UPDATE=--upgrade
#
# Needs Debian (or a relative with apt-get) and Python 3.11, 3.12 or 3.13; the rest is fetched. Other systems: README.md.

# The system's own Python if it will do, else the newest that will. Each is run: a name on the path may lead nowhere.
# The virtual environment keeps the Python that it was made with: remove .venv to take another.
IN_RANGE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(IN_RANGE)' 2>/dev/null && break; done; echo $$python)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
# Test files run three at a time, each whole in one process, so that what a module shares is made once: one more than
# the processors of a small machine, because a test that drives a browser or a worker mostly waits for it.
WORKERS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes
# For every system, with the hashes of all files of a version.
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
UPDATE ?=
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# The app and its tests start many processes, and none should compile the source anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run lint collected test test-all coverage images teacher-pack lock chromium

run: $(VENV)/.compiled
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --server.showEmailPrompt false

lint: $(VENV)/.tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint pages && $(BIN)/oxfmt --check pages

# pytest rewrites the asserts of all tests. Here once, on the processor that mypy leaves idle; else in each of its processes.
collected: $(VENV)/.tests-installed
	@answer=$$($(BIN)/python -m pytest --collect-only) || { echo "$$answer"; exit 1; }

test: $(VENV)/.compiled $(VENV)/.tests-installed chromium
	@$(MAKE) --no-print-directory -j2 lint collected
	$(PYTEST) -m "not long"

test-all: lint $(VENV)/.compiled chromium
	$(PYTEST) -m long

# Apart from the tests: Python 3.11 has no sys.monitoring, and there fast tests take 1.6 times as long.
coverage: $(VENV)/.tests-installed $(VENV)/.compiled chromium
	$(PYTEST) --cov
	@$(BIN)/coverage report --include='core/*' --fail-under=95 >/dev/null \
		|| { echo "The tests run less than 95 % of the lines of core; the report above names the rest" >&2; exit 1; }

images: $(VENV)/.tests-installed $(VENV)/.compiled chromium
	HEADLINE_LAB_IMAGES=docs/images $(BIN)/python -m pytest -m browser

teacher-pack: $(VENV)/.app-installed chromium
	$(BIN)/python -m teacher_pack handouts

lock: $(VENV)/.tests-installed
	$(LOCK) $(UPDATE) requirements.in -o requirements.txt
	$(LOCK) $(UPDATE) requirements-dev.in -o requirements-dev.txt

# Debian packages, as root or through sudo; a plain word where neither works.
define debian
	command -v apt-get >/dev/null \
		&& $(SUDO) apt-get update -q \
		&& $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(1) \
		|| { echo "$(1) is missing and apt-get could not install it: install it by hand, then try again" >&2; exit 1; }
endef

chromium:
	@[ -x /usr/bin/chromium ] || { $(call debian,chromium); }

# ensurepip is what Debian leaves out of python3; without it a virtual environment has no pip.
$(BIN)/pip:
	@$(PYTHON) -c '$(IN_RANGE)' 2>/dev/null \
		|| { echo "Headline Lab needs Python 3.11, 3.12 or 3.13; name yours: make run PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,$(notdir $(PYTHON))-venv); }
	$(PYTHON) -m venv $(VENV)

# The stamps are older than the lists when a list changed, and then pip runs again.
$(VENV)/.app-installed: requirements.txt | $(BIN)/pip
	@echo "Installing what requirements.txt lists; the first time this takes a few minutes"
	$(PIP) -r requirements.txt
	@touch $@

# Else the first run would wait while Numba compiles the recurrent layers.
$(VENV)/.compiled: core/model/recurrent_kernels.py $(VENV)/.app-installed
	@echo "Compiling the recurrent layers for this processor: about 20 seconds, once"
	$(BIN)/python -c "from core.model.recurrent_kernels import compile_loops; compile_loops()"
	@touch $@

$(VENV)/.tests-installed: requirements-dev.txt $(VENV)/.app-installed
	$(PIP) -r requirements-dev.txt
	@touch $@
