# Everything that is done with this clone. `make` alone lists the targets.

SHELL := /bin/bash
export PORT ?= 8888
# Found by running it: a name on the path need not be a Python that works.
PYTHON ?= $(shell for each in python3.11 python3; do $$each -c $(NEW_ENOUGH) 2>/dev/null && echo $$each && break; done)
NEW_ENOUGH := 'import sys; sys.exit(sys.version_info < (3, 11))'

# Paths are relative, so that the clone may stand anywhere, also where its path has a space.
PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check
LESSON = $(firstword $(sort $(wildcard lessons/*/*.ipynb)))
NOTEBOOKS = $(wildcard lessons/*/*.ipynb solutions/*/*.ipynb)
# Without a display there is no browser to open. In a container one is root; the server listens on localhost alone.
HAS_DISPLAY := $(or $(filter-out Linux,$(shell uname)),$(DISPLAY),$(WAYLAND_DISPLAY))
NO_BROWSER := $(if $(and $(HAS_DISPLAY),$(if $(CI),,yes)),,--no-browser)
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# Two test processes, each with as many threads as there are cores, would wait for one another most of the time.
ONE_THREAD := OMP_NUM_THREADS=1
# A kernel and a terminal in JupyterLab find the course's own commands.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# The stamp holds the path that was installed from: a clone that was moved is installed again.
STAMP := .venv/installed
INSTALLED_FROM := $(shell cat $(STAMP) 2>/dev/null)
ifneq ($(INSTALLED_FROM),$(CURDIR))
.PHONY: $(STAMP)
endif

.PHONY: help learn test lessons demo-class checkpoint lock clean python
.DEFAULT_GOAL := help

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

learn: $(STAMP)  ## install what is missing and open JupyterLab on the course; PORT=8888
	@echo "JupyterLab opens on $(or $(LESSON),the course) at the address below; Ctrl-C, twice, ends it."
	@$(PY) -m jupyterlab $(NO_BROWSER) $(AS_ROOT) --port="$$PORT" --log-level=WARN \
	--LabApp.default_url="/lab$(LESSON:%=/tree/%)"

test: $(STAMP)  ## check style and types, run all tests, and run every lesson unfilled and solved
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(ONE_THREAD) $(PY) -m pytest -n 2 --dist loadfile
	$(if $(NOTEBOOKS),$(ONE_THREAD) $(PY) -m pytest -p nbval --nbval-lax -n 2 --dist loadfile $(NOTEBOOKS),@echo "There is no lesson yet.")

lessons: $(STAMP)  ## build both notebooks of every lesson from its source
	$(PY) -m autograder build

demo-class: $(STAMP)  ## let a class of sixty hand in, grade it, and say what to open
	@$(PY) tests/autograder/demo_class.py $@

# One thread: the same weights, bit for bit, however many cores there are.
SHIPPED := bertkit/checkpoints/story_world
checkpoint: $(STAMP)  ## pre-train the checkpoint that comes with the course anew; most of an hour
	$(ONE_THREAD) $(PY) -m bertkit pretrain --size tiny --stories 160000 --steps 40000 --batch-size 32 \
	--learning-rate 2.5e-3 --warmup-steps 1000 --mask-probability 0.3 --threads 1 \
	--evaluate-every 2000 --save-every 2000 --log-every 100 --output runs/story_world
	cp runs/story_world/{config.json,model.safetensors,tokenizer.json,tokenizer_config.json,SHA256SUMS} $(SHIPPED)
	cp runs/story_world/training/metrics.jsonl $(SHIPPED)/training_log.jsonl

lock: python  ## write requirements.lock: the newest versions that pyproject.toml allows
	rm -rf .venv-lock
	"$(PYTHON)" -m venv .venv-lock
	.venv-lock/bin/python -m pip install -qq --disable-pip-version-check --editable '.[course,test]'
	{ echo "# Every package of the course at one version. Made by: make lock"; \
	.venv-lock/bin/python -m pip freeze --all --exclude pip --exclude-editable | sed 's/+cpu$$//'; } > .venv-lock/lock
	mv .venv-lock/lock requirements.lock
	rm -rf .venv-lock

clean:  ## remove the installation and the caches; lessons and runs stay
	rm -rf .venv .venv-lock .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
	find bertkit autograder tests -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml .jupyterlab.json | python
	@echo "Installing the course into .venv; the first time this takes some minutes."
	@if [ -e $(STAMP) ] && [ "$$(cat $(STAMP))" != "$(CURDIR)" ]; then rm -rf .venv; fi
	@"$(PYTHON)" -m venv .venv
	@$(PIP) -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/share/jupyter/lab/settings && cp .jupyterlab.json .venv/share/jupyter/lab/settings/overrides.json
	@echo "$(CURDIR)" > $@

python:
	@[ -n "$(PYTHON)" ] || { echo "The course needs Python 3.11 or later: install it, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c $(NEW_ENOUGH) 2>/dev/null || { echo "$(PYTHON) is not a Python 3.11 or later: install one, or name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
