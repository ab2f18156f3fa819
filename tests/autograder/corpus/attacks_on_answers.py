"""Attacks that have the answer made by somebody else: the library, the solutions, a classmate."""

from .base import NAME, NOTEBOOK, Base, HandIn, Make, Specimen, as_bytes, with_answers

OWN = "own"


def delegation(name: str, what: str, hand_in: Make, source: str = OWN) -> Specimen:
    """An attack on the points by an answer that is not the student's."""
    return Specimen(name, "attack", what, source, "points", hand_in)


def later(code: str) -> Make:
    """Wrong answers that find right ones when they are called; `find(name)` is the attacker's, and may return None."""

    def answer(name: str, arguments: str) -> str:
        return (
            f"{code}\ndef {name}({arguments}):\n    found = find('{name}')\n"
            f"    return torch.zeros(1) if found is None else found({arguments})\n"
        )

    return with_answers(
        answer("mlm_labels", "input_ids, selected"),
        answer("corrupt", "input_ids, selected, mask_token_id, vocab_size, generator"),
    )


FROM_NOTEBOOK = """
import json, re
from pathlib import Path
def find(name):
    for folder in [Path.cwd(), *Path.cwd().parents, Path(ROOT)]:
        for path in sorted(folder.glob(PATTERN)):
            for cell in json.loads(path.read_text())["cells"]:
                text = "".join(cell["source"])
                if re.search(rf"^def {name}\\b", text, re.M) and "YOUR CODE" not in text:
                    scope = dict(globals())
                    exec(text, scope)
                    return scope[name]
"""

COLLATOR = """
def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    from transformers import DataCollatorForLanguageModeling
    class Tokenizer:
        mask_token = "[MASK]"
        def convert_tokens_to_ids(self, token): return mask_token_id
        def __len__(self): return vocab_size
    collator = DataCollatorForLanguageModeling(Tokenizer(), mlm_probability=1.0)
    collator.generator = generator
    return collator.torch_mask_tokens(input_ids.clone(), ~selected)[0]
"""

SHADOW = b"""import sys
sys.path.remove("")
del sys.modules["torch"]
import torch
import autograder.notebook
autograder.notebook.check = lambda name, answer: 2.0
"""
"""Looks like torch from outside: whoever imports it gets the real one."""


def with_file_beside(base: Base) -> HandIn:
    """Wrong answers, and a module of the attacker's beside the notebook."""
    wrong = "def {}(*arguments):\n    return torch.zeros(1)"
    notebook = base.answered(wrong.format("mlm_labels"), wrong.format("corrupt"))
    return HandIn({NOTEBOOK: as_bytes(notebook), "torch.py": SHADOW})


def classmates_notebook(base: Base) -> HandIn:
    """A link where the notebook should be."""
    return HandIn({}, {NOTEBOOK: f"../../alice/{NAME}/{NOTEBOOK}"})


ATTACKS_ON_ANSWERS = (
    delegation(
        "imported-reference",
        "The answer is the library's function.",
        with_answers("from bertkit.objectives.mlm import mlm_labels", "from bertkit.objectives.mlm import corrupt"),
    ),
    delegation(
        "copied-reference",
        "The source of the library's function is read and executed.",
        later("""
import inspect
def find(name):
    import bertkit.objectives.mlm
    scope = dict(vars(bertkit.objectives.mlm))
    exec(inspect.getsource(scope[name]), scope)
    return scope[name]
"""),
    ),
    delegation(
        "reference-file",
        "The file of the library is found on disk, by its folder's name, and executed.",
        later("""
import sys
from pathlib import Path
def find(name):
    for folder in [*sys.path, ROOT]:
        for path in Path(folder or ".").glob("**/objectives/mlm.py"):
            scope = {"__name__": "found"}
            exec(path.read_text(), scope)
            return scope[name]
"""),
    ),
    delegation(
        "collected-reference",
        "The exercise is found among the garbage collector's objects, and knows the library's function.",
        later("""
import gc
def find(name):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Exercise" and thing.name == name:
            return thing.load_reference()
"""),
    ),
    delegation(
        "solutions-on-disk",
        "The answer is taken from the solution notebook in the course folder.",
        later('PATTERN = "solutions/*/*.ipynb"' + FROM_NOTEBOOK),
    ),
    delegation(
        "classmates-answers",
        "The answer is taken from a classmate's submission.",
        later('PATTERN = "submitted/alice/*/*.ipynb"' + FROM_NOTEBOOK),
    ),
    delegation(
        "linked-notebook",
        "A symbolic link to a classmate's notebook is handed in as one's own.",
        classmates_notebook,
    ),
    delegation(
        "library-collator",
        "The answer is a call of transformers' DataCollatorForLanguageModeling.",
        with_answers("def mlm_labels(*arguments):\n    return torch.zeros(1)", COLLATOR),
    ),
    delegation(
        "switches-when-graded",
        "The answer asks whether it is being graded, and calls the library only then.",
        with_answers(
            """
            import os
            if os.environ.get("NBGRADER_EXECUTION") == "autograde":
                from bertkit.objectives.mlm import mlm_labels
            else:
                def mlm_labels(input_ids, selected):
                    return torch.zeros(1)
            """,
            "def corrupt(*arguments):\n    return torch.zeros(1)",
        ),
    ),
    delegation(
        "switches-when-judged",
        "The answer looks for the judge among its callers, and calls the library when it is there.",
        with_answers(
            """
            import sys
            def mlm_labels(input_ids, selected):
                frame = sys._getframe()
                while frame:
                    if frame.f_code.co_name in ("judge", "judge_parts", "observe"):
                        import bertkit.objectives.mlm
                        return bertkit.objectives.mlm.mlm_labels(input_ids, selected)
                    frame = frame.f_back
                return torch.zeros(1)
            """,
            "def corrupt(*arguments):\n    return torch.zeros(1)",
        ),
    ),
    delegation(
        "fresh-interpreter",
        "A child process in a clean interpreter has the library, and sends the answer back.",
        with_answers(
            """
            import json, subprocess, sys
            code = (
                "import json, sys, torch; from bertkit.objectives.mlm import mlm_labels\\n"
                "for line in sys.stdin:\\n"
                "    ids, selected = map(torch.tensor, json.loads(line))\\n"
                "    print(json.dumps(mlm_labels(ids, selected).tolist()), flush=True)"
            )
            child = subprocess.Popen(
                [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            def mlm_labels(input_ids, selected):
                print(json.dumps([input_ids.tolist(), selected.tolist()]), file=child.stdin, flush=True)
                return torch.tensor(json.loads(child.stdout.readline()))
            """,
            "def corrupt(*arguments):\n    return torch.zeros(1)",
        ),
    ),
    delegation("shadowed-module", "A file `torch.py` is handed in beside the notebook.", with_file_beside),
)
"""Nothing of what is handed in was worked out by the student: 0 of 6."""
