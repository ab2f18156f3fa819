"""Attacks on whoever opens the feedback or the formgrader: scripts in outputs, Markdown and metadata."""

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from .base import SCRIPT, WRONG_CORRUPT, Make, Specimen, changed, in_cell, with_answers


def attack(name: str, what: str, hand_in: Make, only_ours: str | None = None) -> Specimen:
    """An attack on the browser."""
    return Specimen(name, "attack", what, "own", "browser", hand_in, only_ours=only_ours)


ESCAPED = "nbconvert's template escapes it; another page about submissions might not"


def shown(code: str) -> Make:
    """Wrong answers, the first of them below code that shows a script."""
    return in_cell(f"import IPython.display\nscript = {SCRIPT!r}\nIPython.display.display({code})")


def script_in_markdown(notebook: NotebookNode) -> None:
    notebook.cells.append(new_markdown_cell(f"My notes. {SCRIPT}", id="notes"))


def script_in_widget_state(notebook: NotebookNode) -> None:
    view = "application/vnd.jupyter.widget-state+json"
    notebook.metadata["widgets"] = {view: {"state": {"key": f"</script>{SCRIPT}"}, "version_major": 2}}


def script_in_link(notebook: NotebookNode) -> None:
    notebook.cells.append(
        new_markdown_cell("<a href='javascript:window.taken = document.cookie'>My sources</a>", id="notes")
    )


def script_in_event(notebook: NotebookNode) -> None:
    notebook.cells.append(new_markdown_cell("<img src='x' onerror='window.taken = document.cookie'>", id="notes"))


def script_in_title(notebook: NotebookNode) -> None:
    notebook.metadata["title"] = f"</title>{SCRIPT}"


ATTACKS_ON_BROWSERS = (
    attack("script-in-html", "An output is HTML with a script.", shown("IPython.display.HTML(script)")),
    attack(
        "script-in-svg",
        "An output is a picture with a script in it.",
        shown("""IPython.display.SVG('<svg xmlns="http://www.w3.org/2000/svg">' + script + '</svg>')"""),
        "nbconvert shows it as an <img>, in which scripts do not run; another page might put it in as it is",
    ),
    attack(
        "script-in-repr",
        "The answer shows an object with an HTML form of its own when it is called.",
        with_answers(
            f"""
            class Answer:
                def _repr_html_(self):
                    return {SCRIPT!r}
            def mlm_labels(*arguments):
                display(Answer())
                return torch.zeros(1)
            """,
            WRONG_CORRUPT,
        ),
    ),
    attack(
        "script-in-exception",
        "The answer raises an exception whose message is a script.",
        with_answers(f"def mlm_labels(*arguments):\n    raise ValueError({SCRIPT!r})", WRONG_CORRUPT),
        "nbconvert and the check's own card escape it; a grader that writes what it saw into a page might not",
    ),
    attack("script-in-markdown", "A Markdown cell has a script.", changed(script_in_markdown)),
    attack("script-in-event", "A picture that is not there runs a script.", changed(script_in_event)),
    attack("script-in-link", "A link in Markdown is a script.", changed(script_in_link)),
    attack(
        "script-output",
        "An output is a script.",
        shown("IPython.display.Javascript('window.taken = document.cookie')"),
    ),
    attack(
        "script-in-widget-state",
        "The state of the widgets ends its own script tag and begins another.",
        changed(script_in_widget_state),
        only_ours=ESCAPED,
    ),
    attack("script-in-title", "The title in the notebook's metadata has a script.", changed(script_in_title), ESCAPED),
)
"""Wrong answers throughout: 0 of 6."""
