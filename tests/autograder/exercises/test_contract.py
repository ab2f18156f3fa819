"""All 34 exercises of the course can be declared: each gives a stub, a solution that stands alone, a withheld copy."""

import ast
import doctest
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from torch._tensor_str import printoptions

from autograder.definitions import Assignment, definition, examples_in, names_bound
from autograder.exercise import Exercise, module_of, name_of, run_value
from autograder.exercises import CATALOGUE
from autograder.grading.withheld import REFUSAL, write_course
from autograder.lessons.names import stood_on
from autograder.lessons.stub import solution_lines, worked_source
from autograder.nbgrader_plugin.release_steps import ClearAnswers


@dataclass(frozen=True)
class Declared:
    """What an exercise says of the library, and what the setup cells of its lesson have to import besides."""

    defines: tuple[str, ...]
    stands_on: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


def at(module: str, *names: str) -> tuple[str, ...]:
    return tuple(f"bertkit.{module}:{name}" for name in names)


DECLARED = {
    "bidirectionality.causal_mask": Declared(at("model.attention", "causal_mask")),
    "bidirectionality.attention": Declared(at("model.attention", "attention")),
    "bidirectionality.next_token_labels": Declared(at("objectives.next_token", "next_token_labels")),
    "bidirectionality.influence": Declared(at("evaluation.influence", "influence")),
    "bidirectionality.visible_targets": Declared(at("evaluation.influence", "visible_targets")),
    "mlm.select_positions": Declared(at("objectives.mlm", "select_positions")),
    "mlm.corrupt": Declared(at("objectives.mlm", "corrupt")),
    "mlm.mlm_labels": Declared(at("objectives.mlm", "mlm_labels")),
    "mlm.MLMHead": Declared(at("model.heads", "MLMHead")),
    "mlm.mlm_loss": Declared(at("objectives.mlm", "mlm_loss")),
    "nsp.sample_pairs": Declared(at("objectives.nsp", "sample_pairs")),
    "nsp.pack_pair": Declared(at("objectives.nsp", "pack_pair")),
    "nsp.NSPHead": Declared(at("model.heads", "NSPHead")),
    "nsp.nsp_loss": Declared(at("objectives.nsp", "nsp_loss")),
    "pretraining.pad_batch": Declared(at("data.batches", "pad_batch")),
    "pretraining.warmup_linear": Declared(at("training.optimization", "warmup_linear")),
    "pretraining.parameter_groups": Declared(at("training.optimization", "parameter_groups")),
    "pretraining.pretraining_loss": Declared(
        at("objectives.joint", "pretraining_loss"),
        (*at("objectives.mlm", "mlm_loss"), *at("objectives.nsp", "nsp_loss")),
    ),
    # `pretrain` and `finetune_task` catch the library's own exception, so that no copy of it will do.
    "pretraining.train_step": Declared(
        at("training.optimization", "train_step"), setup=at("training.optimization", "NotFiniteError")
    ),
    "pretraining.masked_accuracy": Declared(at("evaluation.metrics", "masked_accuracy")),
    "pretraining.checkpoint": Declared(
        at("training.state", "save_checkpoint", "load_checkpoint"),
        (*at("atomic", "READABLE", "replacing"), *at("training.state", "HEADER", "pack", "unpack")),
    ),
    "heads.HEAD_FOR_TASK": Declared(at("model.heads", "HEAD_FOR_TASK")),
    "heads.SequenceClassificationHead": Declared(at("model.heads", "SequenceClassificationHead")),
    "heads.TokenClassificationHead": Declared(at("model.heads", "TokenClassificationHead")),
    "heads.align_labels": Declared(at("tasks.align", "align_labels")),
    "heads.SpanHead": Declared(at("model.heads", "SpanHead")),
    "heads.span_loss": Declared(at("objectives.spans", "span_loss")),
    "heads.best_span": Declared(at("objectives.spans", "best_span")),
    "finetuning.FrozenEncoder": Declared(at("model.freeze", "FrozenEncoder")),
    "finetuning.cache_features": Declared(
        at("model.freeze", "cache_features"), at("model.freeze", "put_back", "evaluation_mode")
    ),
    "finetuning.layerwise_learning_rates": Declared(at("finetuning.finetune", "layerwise_learning_rates")),
    "finetuning.finetune": Declared(at("finetuning.finetune", "finetune")),
    "finetuning.entity_f1": Declared(
        at("evaluation.metrics", "entity_f1"), at("evaluation.metrics", "check_lengths", "entities")
    ),
    "finetuning.training_flops": Declared(
        at("finetuning.finetune", "training_flops"), at("finetuning.finetune", "FLOPS_PER_PARAMETER")
    ),
}
CELL = "a_cell"
"""The module that code of a cell says it is in."""
EXERCISES = [
    replace(CATALOGUE[0], id=exercise_id, defines=declared.defines, stands_on=declared.stands_on, equivalents=())
    for exercise_id, declared in DECLARED.items()
]
WITHHELD = sorted({path for exercise in EXERCISES for path in (*exercise.defines, *exercise.stands_on)})

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def setup_of(exercise: Exercise) -> dict[str, Any]:
    """What setup cells can import: what the modules import themselves, and what the exercise asks of them besides.

    Nothing that the solution has to take along is among it, whichever module it was imported from.
    """
    namespace: dict[str, Any] = {"__name__": CELL}
    for module in {module_of(path) for path in (*exercise.defines, *exercise.stands_on)}:
        tree = ast.parse(inspect.getsource(importlib.import_module(module)))
        tree.body = [
            node
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__"
        ]
        exec(compile(tree, module, "exec"), namespace)
    for path in DECLARED[exercise.id].setup:
        namespace[name_of(path)] = getattr(importlib.import_module(module_of(path)), name_of(path))
    for path in (*exercise.defines, *exercise.stands_on):
        namespace.pop(name_of(path), None)
    assert not [name for name in namespace if name.startswith("_") and not name.endswith("__")]
    return namespace


def released(exercise: Exercise) -> str:
    """The cell that a learner gets."""
    nbgrader = {"grade": False, "solution": True, "locked": False, "grade_id": "a", "schema_version": 3, "task": False}
    cell = new_code_cell(worked_source(exercise), metadata={"nbgrader": nbgrader})
    return str(ClearAnswers().preprocess(new_notebook(cells=[cell]), {})[0].cells[0].source)


def called(answer: Any) -> Any:
    """Use an answer at random: a stub and a withheld one do not look at what they are given."""
    if not callable(answer):
        return run_value(answer, {})
    parameters = [each for each in inspect.signature(answer).parameters.values() if each.default is each.empty]
    return answer(*[None] * len(parameters))


def test_these_are_the_courses_exercises() -> None:
    assert len(EXERCISES) == 34
    for exercise in CATALOGUE:
        assert (exercise.defines, exercise.stands_on) == (
            DECLARED[exercise.id].defines,
            DECLARED[exercise.id].stands_on,
        )


@every_exercise
def test_a_learner_gets_names_and_docstrings_and_no_solution(exercise: Exercise) -> None:
    stub = released(exercise)
    defined = [definition(path) for path in exercise.defines]
    assert examples_in(defined)
    body = ast.parse(stub).body
    assert [name for node in body for name in names_bound(node)] == list(exercise.names)
    for each in defined:
        assert each.docstring
        assert all(line.strip() in stub for docstring in each.docstrings for line in docstring.splitlines())
        if not isinstance(each.node, Assignment):
            assert each.source.splitlines()[0] in stub.splitlines()
    secret = [line for line in solution_lines(exercise) if line.strip()]
    assert secret
    assert not set(secret) & set(stub.splitlines())
    told = {node.id for node in ast.walk(ast.parse(stub)) if isinstance(node, ast.Name)}
    assert not (told | set(re.findall(r"`(\w+)`", stub))) & {name_of(path) for path in exercise.stands_on}


@every_exercise
def test_a_stub_runs_and_is_known_for_one(exercise: Exercise) -> None:
    namespace = setup_of(exercise)
    exec(compile(released(exercise), exercise.id, "exec", dont_inherit=True), namespace)
    answer = exercise.answer_in(namespace)
    for each in vars(answer).values() if isinstance(answer, SimpleNamespace) else [answer]:
        with pytest.raises(NotImplementedError):
            called(each)


@every_exercise
def test_a_solution_stands_alone_and_does_what_its_docstring_shows(exercise: Exercise) -> None:
    namespace = setup_of(exercise)
    exec(compile(worked_source(exercise), exercise.id, "exec", dont_inherit=True), namespace)
    tried = 0
    for each in map(definition, exercise.defines):
        for docstring in each.docstrings:
            test = doctest.DocTestParser().get_doctest(docstring, namespace, each.path, None, 0)
            with printoptions(profile="default"):
                assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
            tried += len(test.examples)
    assert tried
    own = exercise.answer_in(namespace)
    for part in vars(own).values() if isinstance(own, SimpleNamespace) else [own]:
        assert getattr(part, "__module__", CELL) == CELL  # the cell's own and not bertkit's


@every_exercise
def test_what_a_solution_stands_on_is_declared(exercise: Exercise) -> None:
    declared = DECLARED[exercise.id]
    assert stood_on(exercise) == (set(declared.stands_on), set(declared.setup))
    assert stood_on(exercise, declared.setup) == (set(declared.stands_on), set())


# --------------------------------------------------------------------------------------------------------- withheld


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy from which every answer is withheld, and all that they stand on."""
    folder = tmp_path_factory.mktemp("course")
    write_course(folder, EXERCISES)
    return folder


@pytest.fixture(scope="module")
def told(course: Path) -> dict[str, str]:
    """What comes of using what is withheld, after every module of the copy has been imported."""
    modules = [
        ".".join(path.relative_to(course).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((course / "bertkit").rglob("*.py"))
        if path.name != "__main__.py"
    ]
    code = f"""
import importlib, inspect, json
for module in {modules!r}:
    assert importlib.import_module(module).__file__.startswith({str(course)!r}), module
told = {{}}
for path in {WITHHELD!r}:
    module, _, name = path.partition(":")
    answer = getattr(importlib.import_module(module), name)
    try:
        if inspect.isroutine(answer) or inspect.isclass(answer):
            asked = [each for each in inspect.signature(answer).parameters.values() if each.default is each.empty]
            answer(*[None for each in asked if each.kind is each.POSITIONAL_OR_KEYWORD])
        else:
            str(answer)
    except Exception as error:
        told[path] = f"{{type(error).__name__}}: {{error}}"
print(json.dumps(told))
"""
    environment = {**os.environ, "PYTHONPATH": str(course), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", code], env=environment, capture_output=True, text=True, timeout=300
    )
    assert process.returncode == 0, process.stderr
    found: dict[str, str] = json.loads(process.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("path", WITHHELD)
def test_what_is_withheld_refuses_to_be_used(told: dict[str, str], path: str) -> None:
    assert told[path] == f"RuntimeError: {path.replace(':', '.')}: {REFUSAL}"


def lines_of(*nodes: ast.AST) -> set[str]:
    return {line.strip() for node in nodes for line in ast.unparse(node).splitlines()}


def body_of(node: ast.stmt) -> list[ast.stmt]:
    """What of a definition is its solution."""
    if isinstance(node, ast.ClassDef):
        return [each for method in node.body if isinstance(method, ast.FunctionDef) for each in body_of(method)]
    if isinstance(node, ast.FunctionDef):
        return node.body[ast.get_docstring(node) is not None :]
    return [node]


@pytest.mark.parametrize("path", WITHHELD)
def test_no_line_of_a_solution_is_left_where_it_stood(course: Path, path: str) -> None:
    module = course.joinpath(*module_of(path).split(".")).with_suffix(".py")
    original = ast.parse(inspect.getsource(importlib.import_module(module_of(path)))).body
    withheld = {name_of(each) for each in WITHHELD if module_of(each) == module_of(path)}
    secret = lines_of(*(each for node in original if name_of(path) in names_bound(node) for each in body_of(node)))
    secret -= lines_of(*(node for node in original if not names_bound(node) & withheld))
    assert secret
    assert not secret & {line.strip() for line in module.read_text(encoding="utf-8").splitlines()}
