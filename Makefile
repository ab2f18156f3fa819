# Everything that is done with this clone. `make` alone lists the targets.

SHELL := /bin/bash
export PORT ?= 8888
# Said once, in pyproject.toml.
OLDEST := $(shell sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)
NEW_ENOUGH := 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(OLDEST)".split("."))))'
# Found by running it: a name on the path need not be a Python that works.
FOUND = $(shell for each in python3.11 python3; do $$each -c $(NEW_ENOUGH) 2>/dev/null && echo $$each && break; done)
PYTHON ?= $(if $(CONDA),$(CONDA)/bin/python,$(FOUND))

# In conda's environment of the name in environment.yml the course uses that; everywhere else it makes .venv.
NAME := $(shell sed -n 's/^name: //p' environment.yml)
CONDA := $(if $(filter $(NAME),$(notdir $(CONDA_DEFAULT_ENV))),$(CONDA_PREFIX))
ENVIRONMENT := $(or $(CONDA),.venv)

# Paths are relative, so that the clone may stand anywhere, also where its path has a space.
PY := "$(ENVIRONMENT)/bin/python"
# Without what instructors make assignments and grade with, which `jupyter lab` shows.
LEARNER = JUPYTER_CONFIG_PATH="$(CURDIR)/.make/learner$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}"
LESSON = $(firstword $(sort $(wildcard lessons/*/*.ipynb)))
NOTEBOOKS = $(wildcard lessons/*/*.ipynb solutions/*/*.ipynb)
# Without a display there is no browser to open. In a container one is root; the server listens on localhost alone.
HAS_DISPLAY := $(or $(filter-out Linux,$(shell uname)),$(DISPLAY),$(WAYLAND_DISPLAY))
NO_BROWSER := $(if $(and $(HAS_DISPLAY),$(if $(CI),,yes)),,--no-browser)
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# Two test processes, each with as many threads as there are cores, would wait for one another most of the time.
ONE_THREAD := OMP_NUM_THREADS=1
# A kernel and a terminal in JupyterLab find the course's own commands.
export PATH := $(or $(CONDA),$(CURDIR)/.venv)/bin:$(PATH)

# The stamp holds the path that was installed from, and where torch came from: a clone that was moved, or that is to
# have torch from elsewhere, is installed again. What was said once of torch holds until something else is said.
EMPTY :=
STAMP := $(subst $(EMPTY) ,\ ,$(ENVIRONMENT))/installed
STAMPED = $(shell sed -n $(1)p "$(ENVIRONMENT)/installed" 2>/dev/null)
INSTALLED_FROM := $(call STAMPED,1)
INSTALLED_INDEX := $(call STAMPED,2)
INDEX := $(or $(TORCH_INDEX),$(INSTALLED_INDEX))
ifneq ($(INSTALLED_FROM) $(INSTALLED_INDEX),$(CURDIR) $(INDEX))
.PHONY: $(STAMP)
OUTDATED := $(INSTALLED_FROM)
endif

.PHONY: help learn check test lessons demo-class checkpoint claims lock clean python
.DEFAULT_GOAL := help

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

learn: $(STAMP)  ## install what is missing and open JupyterLab; PORT=8888 TORCH_INDEX=https://…
	@echo "JupyterLab opens on $(or $(LESSON),the course) at the address below; Ctrl-C, twice, ends it."
	@$(LEARNER) $(PY) -m jupyterlab $(NO_BROWSER) $(AS_ROOT) --port="$$PORT" --log-level=WARN \
	--LabApp.default_url="/lab$(LESSON:%=/tree/%)"

# A file's tests share what they build. The order is that of tests/conftest.py: what takes longest first.
PYTEST := $(ONE_THREAD) $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
define STYLE
$(PY) -m ruff check .
$(PY) -m ruff format --check .
$(PY) -m mypy
endef
check: $(STAMP)  ## check style and types, run the fast tests; for every commit
	$(STYLE)
	$(PYTEST) -m "not slow and not browser"

test: $(STAMP)  ## check style and types, run all tests, and run every lesson unfilled and solved
	@$(PY) -m tests.machine
	$(STYLE)
	$(PYTEST) -p nbval --nbval-lax tests bertkit $(NOTEBOOKS)

lessons: $(STAMP)  ## build both notebooks of every lesson from its source
	$(PY) -m autograder build

demo-class: $(STAMP)  ## let a class of sixty hand in, grade it, and say what to open
	@$(PY) tests/autograder/demo_class.py $@

# One thread: the same weights, bit for bit, however many cores there are. A stage that is finished is kept, and one that
# was interrupted goes on: to begin anew, delete the folder.
SHIPPED := bertkit/checkpoints/story_world
MAKING := runs/story_world
ALL_STAGES := --max-length 96 --longest-run 4 --batch-size 32 --mask-probability 0.3 --threads 1 \
	--evaluate-every 1000 --save-every 1000 --log-every 100
# Called with a stage's folder and its own options.
STAGE = [ -e $(1)/model.safetensors ] && [ ! -e $(1)/training/state.safetensors ] || $(ONE_THREAD) $(PY) -m bertkit \
	pretrain --output $(1) $(if $(wildcard $(1)/training/state.safetensors),--resume,$(2) $(ALL_STAGES))
checkpoint: $(STAMP)  ## pre-train the checkpoint that comes with the course anew, in three stages; over an hour
	$(call STAGE,$(MAKING)/words,--size course --vocab-size 2000 --cut-rare-names --stories 160000 --steps 8000 \
	--learning-rate 2e-3 --warmup-steps 500)
	$(call STAGE,$(MAKING)/copying,--from $(MAKING)/words --add-layers 1 --repeated-words 1 --stories 60000 --seed 1 \
	--steps 4000 --learning-rate 1e-3 --warmup-steps 100)
	$(call STAGE,$(MAKING)/both,--from $(MAKING)/copying --repeated-words 0.5 --stories 160000 --seed 2 --steps 16000 \
	--learning-rate 1e-3 --warmup-steps 100)
	cp $(MAKING)/both/{config.json,model.safetensors,tokenizer.json,tokenizer_config.json,SHA256SUMS} $(SHIPPED)
	cat $(MAKING)/{words,copying,both}/training/metrics.jsonl > $(SHIPPED)/training_log.jsonl

claims: $(STAMP)  ## measure every statement of the course at full size; goes on after a stop
	$(ONE_THREAD) $(PY) -m bertkit claims

lock: python  ## write requirements.lock: the newest versions that pyproject.toml allows
	rm -rf .venv-lock
	"$(PYTHON)" -m venv .venv-lock
	.venv-lock/bin/python .make/lock.py $(OLDEST) $(INDEX) > .venv-lock/lock
	mv .venv-lock/lock requirements.lock
	rm -rf .venv-lock

clean:  ## remove the installation and the caches; lessons and runs stay
	rm -f "$(ENVIRONMENT)/installed"
	rm -rf .venv .venv-lock .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
	find bertkit autograder tests -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml .jupyterlab.json .make/install.py | python
	@echo "Installing the course into $(ENVIRONMENT); the first time this takes some minutes."
	@$(if $(CONDA),:,$(if $(OUTDATED),rm -rf .venv; )"$(PYTHON)" -m venv .venv)
	@$(PY) .make/install.py $(if $(INDEX),--torch-index "$(INDEX)")
	@mkdir -p "$(ENVIRONMENT)/share/jupyter/lab/settings"
	@cp .jupyterlab.json "$(ENVIRONMENT)/share/jupyter/lab/settings/overrides.json"
	@printf '%s\n' "$(CURDIR)" "$(INDEX)" > "$@"

python:
	@[ -n "$(PYTHON)" ] || { echo "The course needs Python $(OLDEST) or later: install it, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c $(NEW_ENOUGH) 2>/dev/null || { echo "$(PYTHON) is not a Python $(OLDEST) or later: install one, or name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
