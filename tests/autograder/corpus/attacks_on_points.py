"""Attacks on the process that judges: the kernel, the check, the tests and the comparison."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .base import CORRUPT, LABELS, Make, Specimen, cell_of, changed, in_cell, in_function, with_answers

TABLE = "table in grading.md"
OWN = "own"


def attack(name: str, what: str, hand_in: Make, source: str = OWN, classic: bool = False) -> Specimen:
    """An attack on the points."""
    return Specimen(name, "attack", what, source, "points", hand_in, classic=classic)


def skip_tests(notebook: NotebookNode) -> None:
    for grade_id in (LABELS, CORRUPT):
        cell_of(notebook, f"{grade_id}-check").metadata["tags"] = ["skip-execution"]


FORGED_CHECK = 'check = lambda name, answer: {"mlm.mlm_labels": 2.0, "mlm.corrupt": 4.0}[name]'


def own_setup(notebook: NotebookNode) -> None:
    setup = next(cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", []))
    setup.source += f"\n{FORGED_CHECK}"


def further_cell(notebook: NotebookNode) -> None:
    place = notebook.cells.index(cell_of(notebook, CORRUPT))
    notebook.cells.insert(place + 1, new_code_cell("from bertkit.objectives.mlm import corrupt", id="further"))


FORGED_EQUALITY = """
class Equal:
    def __init__(self, *anything): pass
    def __getattr__(self, name): return Equal()
    def __call__(self, *anything, **more): return Equal()
    def __getitem__(self, key): return Equal()
    def __eq__(self, other): return Equal()
    def __ne__(self, other): return Equal()
    def __bool__(self): return True
    def __float__(self): return 0.8
    shape = property(lambda self: Equal())
"""

SUBCLASS = """
class Agreeing(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), named=None):
        if function in (torch.equal, torch.Tensor.equal):
            return True
        if function in (torch.Tensor.eq, torch.Tensor.__eq__, torch.Tensor.all):
            return torch.tensor(True)
        return super().__torch_function__(function, types, arguments, named or {})
"""

ATTACKS_ON_POINTS = (
    attack(
        "input-transformer",
        "A transformer of IPython's empties every later cell, and an empty check cell has full points.",
        in_cell("get_ipython().input_transformers_post.append(lambda lines: [])"),
        TABLE,
    ),
    attack(
        "ast-transformer",
        "The syntax tree of every later cell is emptied.",
        in_cell("""
            import ast
            class Empty(ast.NodeTransformer):
                def visit_Module(self, node):
                    node.body = []
                    return node
            get_ipython().ast_transformers.append(Empty())
        """),
        TABLE,
    ),
    attack(
        "patched-run-code",
        "IPython's own run_code is replaced by one that runs nothing.",
        in_cell("""
            async def run_code(*arguments, **named):
                return False
            get_ipython().run_code = run_code
        """),
        TABLE,
    ),
    attack(
        "patched-kernel",
        "The kernel answers every later request with success, without running it.",
        in_cell("""
            async def do_execute(*arguments, **named):
                return {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
            get_ipython().kernel.do_execute = do_execute
        """),
    ),
    attack(
        "displayhook",
        "The answer shows a result of its own before the check can show its points.",
        in_function('get_ipython().displayhook("hi")'),
        TABLE,
    ),
    attack(
        "forged-message",
        "The answer sends a result of its own on the kernel's output socket.",
        in_function("""
            kernel = get_ipython().kernel
            content = {"data": {"text/plain": str(number)}, "metadata": {}, "execution_count": 1}
            kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
        """),
    ),
    attack(
        "text-formatter",
        "Numbers are shown as words, and what is no number has full points.",
        in_cell("""
            formatter = get_ipython().display_formatter.formatters["text/plain"]
            formatter.for_type(float, lambda number, printer, cycle: printer.text("full marks"))
        """),
    ),
    attack(
        "patched-points-repr",
        "The points that a check returns say of themselves what they are.",
        in_cell("""
            import autograder.notebook
            autograder.notebook.Points.__repr__ = lambda self: "all of them"
        """),
    ),
    attack(
        "cell-event",
        "A function that IPython calls before every cell puts another check into place.",
        in_cell("""
            def before_cell(info):
                get_ipython().user_ns["check"] = lambda name, answer: 2.0
            get_ipython().events.register("pre_run_cell", before_cell)
        """),
    ),
    attack("skipped-tests", "The check cells are tagged `skip-execution`.", changed(skip_tests), TABLE),
    attack("own-check", "The cell of the answer defines another `check`.", in_cell(FORGED_CHECK)),
    attack("own-setup", "The setup cell, which nobody locks, defines another `check`.", changed(own_setup)),
    attack("further-cell", "A cell between answer and check imports the reference.", changed(further_cell)),
    attack(
        "patched-judge",
        "The function that judges is replaced by one that is always content.",
        in_cell("""
            from dataclasses import replace
            import autograder.judging.judge
            from autograder.verdict import Outcome
            judge = autograder.judging.judge.judge_parts
            def content(exercise, *more):
                return replace(judge(exercise, *more), outcome=Outcome.PASSED, points=exercise.points, diagnosis=None)
            autograder.judging.judge.judge_parts = content
        """),
    ),
    attack(
        "patched-observe",
        "The function that runs answers runs the reference instead.",
        in_cell("""
            import autograder.notebook
            from autograder.exercises import CATALOGUE
            observe, references = autograder.notebook.observe, {each.run: each.load_reference for each in CATALOGUE}
            autograder.notebook.observe = lambda run, answer, inputs: observe(run, references[run](), inputs)
        """),
    ),
    attack(
        "emptied-tests",
        "The judging of every part of the hidden tests is replaced.",
        in_cell("""
            from autograder import hidden
            for name in ("mlm.mlm_labels", "mlm.corrupt"):
                for part in hidden.load(name).parts.values():
                    object.__setattr__(part, "judge", lambda cases, values: None)
        """),
    ),
    attack(
        "forged-modules",
        "Modules of the attacker's stand in sys.modules where the hidden tests are looked for.",
        in_cell("""
            import sys, types
            from autograder.exercises import CATALOGUE
            from autograder.judging.judge import Case, HiddenTests, PartTests
            nothing = torch.zeros(1, 1, dtype=torch.long)
            inputs = {"input_ids": nothing, "selected": nothing == 1, "mask_token_id": 4, "vocab_size": 9, "seed": 0}
            for exercise in CATALOGUE:
                module = types.ModuleType(f"autograder.hidden.{exercise.id.lower()}")
                part = PartTests(lambda rng: [Case(inputs)], lambda cases, values: None)
                module.TESTS = HiddenTests({each.name: part for each in exercise.parts}, (), False)
                sys.modules[module.__name__] = module
        """),
    ),
    attack(
        "import-hook",
        "A finder on sys.meta_path gives out the module of the check, changed.",
        in_cell("""
            import importlib.abc, importlib.machinery, sys
            class Finder(importlib.abc.MetaPathFinder):
                def find_spec(self, name, path, target=None):
                    if not name.startswith("autograder.hidden.mlm."):
                        return None
                    spec = importlib.machinery.PathFinder.find_spec(name, path)
                    run = spec.loader.exec_module
                    def exec_module(module):
                        run(module)
                        for part in module.TESTS.parts.values():
                            object.__setattr__(part, "judge", lambda cases, values: None)
                    spec.loader.exec_module = exec_module
                    return spec
            sys.meta_path.insert(0, Finder())
        """),
    ),
    attack(
        "patched-builtins",
        "The built-in sum gives something for nothing.",
        in_cell("""
            import builtins
            def generous(items, *start, add=builtins.sum):
                items = list(items)
                return add(items, *start) if items else 2.0
            builtins.sum = generous
        """),
    ),
    attack(
        "callers-frames",
        "The answer walks up its callers and takes the judging away from the tests that it finds there.",
        in_function("""
            import sys
            frame = sys._getframe()
            while frame:
                for part in getattr(frame.f_locals.get("hidden"), "parts", {}).values():
                    object.__setattr__(part, "judge", lambda cases, values: None)
                frame = frame.f_back
        """),
    ),
    attack(
        "trace-function",
        "A trace function clears every finding as soon as it is written down.",
        in_function("""
            import sys
            def clear(frame, event, argument):
                for trial in frame.f_locals.get("trials", {}).values():
                    trial.finding = None
                return clear
            frame = sys._getframe()
            while frame:
                if "trials" in frame.f_locals:
                    frame.f_trace = clear
                frame = frame.f_back
            sys.settrace(clear)
        """),
    ),
    attack(
        "collected-tests",
        "The answer finds the hidden tests among the garbage collector's objects.",
        in_function("""
            import gc
            for thing in gc.get_objects():
                if type(thing).__name__ == "PartTests":
                    object.__setattr__(thing, "judge", lambda cases, values: None)
        """),
    ),
    attack(
        "expected-value-in-frame",
        "The answer reads the expected value from its caller's frame.",
        with_answers(
            """
            import sys
            def mlm_labels(input_ids, selected):
                frame = sys._getframe()
                while frame:
                    for scope in (frame.f_locals, frame.f_globals):
                        if "expected" in scope:
                            return scope["expected"]
                    frame = frame.f_back
                return torch.zeros(1)
            """,
            "def corrupt(*arguments):\n    return torch.zeros(1)",
        ),
        TABLE,
        classic=True,
    ),
    attack(
        "forged-equality",
        "The answer is an object that is equal to everything.",
        with_answers(
            f"{FORGED_EQUALITY}\nmlm_labels = Equal()",
            f"{FORGED_EQUALITY}\ncorrupt = Equal()",
        ),
        TABLE,
        classic=True,
    ),
    attack(
        "tensor-subclass",
        "The answer is a tensor whose comparisons are the attacker's, by `__torch_function__`.",
        with_answers(
            f"{SUBCLASS}\ndef mlm_labels(ids, *more):\n    return torch.zeros_like(ids).as_subclass(Agreeing)",
            f"{SUBCLASS}\ndef corrupt(input_ids, *more):\n    return torch.zeros_like(input_ids).as_subclass(Agreeing)",
        ),
        classic=True,
    ),
    attack(
        "patched-comparison",
        "torch.equal and math.isclose say yes.",
        with_answers(
            """
            import math
            torch.equal = math.isclose = lambda *arguments, **named: True
            def mlm_labels(input_ids, selected):
                return torch.zeros(1)
            """,
            "def corrupt(input_ids, *more):\n    return torch.zeros_like(input_ids)",
        ),
        classic=True,
    ),
    attack(
        "asserts-compiled-away",
        "Later cells are compiled with optimisation, which leaves assertions out.",
        in_cell("""
            def optimised(self, source, filename, symbol):
                return compile(source, filename, symbol, optimize=1)
            type(get_ipython().compile).__call__ = optimised
        """),
        classic=True,
    ),
)
"""Wrong answers throughout: 0 of 6."""
