"""What the pages say of the tree is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *("README.md", "CONTRIBUTING.md", "autograder/THREAT_MODEL.md", "autograder/FIRST_EXERCISE.md"),
    "bertkit/checkpoints/story_world/README.md",
]
FILE = re.compile(r"(?<![\w./-])((?:[\w.-]+/)*[\w.-]+\.(?:py|md|yml|toml|cfg|lock|cff|j2|png))(?![\w/])")
MADE_BY_READERS = {
    *("mine.py", "my_work/answers/mlm.corrupt.py", "right.py", "wrong.py"),
    *("autograder/exercises/pretraining.py", "autograder/hidden/pretraining/warmup_linear.py"),
    "tests/autograder/right_answers/pretraining.py",
}
TREE = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Where everything is")[2].split("```")[1]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").replace(TREE, "")
    named = {name for name in FILE.findall(text) if name not in MADE_BY_READERS and "NN_name" not in name}
    places = (ROOT, (ROOT / page).parent)
    assert named
    assert [name for name in sorted(named) if not any((place / name).exists() for place in places)] == []


@pytest.mark.parametrize("package", ["bertkit", "autograder"])
def test_the_tree_names_every_room_and_nothing_else(package: str) -> None:
    below = re.search(rf"^{package}/.*\n((?:  .*\n)+)", TREE, re.MULTILINE)
    assert below is not None
    named = {name for line in below[1].splitlines() for name in re.match(r"(?:  \S+)+", line)[0].split()}  # type: ignore[index]
    entries = [path for path in (ROOT / package).iterdir() if not path.name.startswith(("__", "py.typed", "THREAT"))]
    assert named == {f"{path.name}/" if path.is_dir() else path.name for path in entries}
