"""Reachability against a walk by hand and against a network that is run, paths that hold, and both written forms."""

import html
import re

import pytest
import torch

from bertkit.notebook import FlowPicture, receptive_field, shortest_path
from bertkit.notebook.flow_picture import DEPENDS, DIRECT, INDEPENDENT, RELAYED, UNSEEN

TOKENS = ["[CLS]", "this", "teddy", "bear", "is", "so", "<cute>", "."]
T = len(TOKENS)
CAUSAL = torch.ones(T, T).tril().bool()
BIDIRECTIONAL = torch.ones(T, T).bool()
BLIND = ~torch.ones(T, T).tril(1).triu(1).bool()
MASKS = {"causal": CAUSAL, "bidirectional": BIDIRECTIONAL, "all but the target": BLIND}


def random_mask(seed: int, size: int = 7) -> torch.Tensor:
    return torch.rand(size, size, generator=torch.Generator().manual_seed(seed)) < 0.25


def walked(mask: torch.Tensor, output: int, layers: int) -> set[int]:
    """What an output reaches, found by walking."""
    found = {output}
    for _ in range(layers):
        found |= {read for reader in found for read in range(len(mask)) if mask[reader, read]}
    return found


def picture(name: str = "all but the target", layers: int = 2, output: int = 3, shown: int | None = None):
    mask = MASKS[name]
    return FlowPicture(TOKENS, name, receptive_field(mask, layers), output, mask, layers, shown)


def measured(matrix: torch.Tensor = CAUSAL, output: int = 3):
    return FlowPicture(TOKENS, "my <model>", matrix, output)


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
@pytest.mark.parametrize("seed", range(10))
def test_reachability_is_what_a_walk_finds(seed, layers):
    mask = random_mask(seed)
    reached = receptive_field(mask, layers)
    assert reached.dtype == torch.bool
    for output in range(len(mask)):
        assert set(reached[output].nonzero().flatten().tolist()) == walked(mask, output, layers)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_reachability_is_what_attention_with_residuals_depends_on(layers):
    """Uniform weights over what the mask allows; every path adds something positive, so nothing can cancel."""
    mask = random_mask(3)
    inputs = torch.ones(len(mask), 1, dtype=torch.float64, requires_grad=True)
    hidden = inputs
    for _ in range(layers):
        hidden = hidden + mask.double() @ hidden
    gradients = [torch.autograd.grad(hidden[at, 0], inputs, retain_graph=True)[0][:, 0] for at in range(len(mask))]
    assert torch.equal(torch.stack(gradients) != 0, receptive_field(mask, layers))


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("seed", range(10))
def test_a_path_is_as_long_as_the_layers_and_every_step_is_allowed(seed, layers):
    mask = random_mask(seed)
    for source in range(len(mask)):
        for output in range(len(mask)):
            path = shortest_path(mask, source, output, layers)
            assert (path is not None) == bool(receptive_field(mask, layers)[output, source])
            if path is None:
                continue
            assert len(path) == layers
            here = source
            for reader, read in path:
                assert read == here
                assert reader == read or mask[reader, read]
                here = reader
            assert here == output
            moves = sum(reader != read for reader, read in path)
            assert moves == 0 or not receptive_field(mask, moves - 1)[output, source]


def test_only_the_target_hidden_holds_for_one_layer_and_not_for_two():
    one, two = picture(layers=1), picture(layers=2)
    assert one.headline() == (
        "all but the target: with 1 layer, 0 of 7 outputs can see the word that they have to predict."
    )
    assert two.headline() == (
        "all but the target: with 2 layers, 7 of 7 outputs can see the word that they have to predict."
    )
    assert one.path is None
    assert one.question() == "There is no path from `is` to the output at `bear`, which has to predict it."
    assert two.question() == "The output at `bear` can see its target `is`. The shortest path:"
    assert two.steps() == ["layer 1: `teddy` reads `is`", "layer 2: `bear` reads `teddy`"]


@pytest.mark.parametrize(("name", "count"), [("causal", 0), ("bidirectional", 7)])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_stacking_changes_nothing_where_the_mask_is_closed(name, count, layers):
    assert f"{count} of 7 outputs" in picture(name, layers).headline()


def test_layers_that_are_left_over_keep_the_word():
    assert picture("bidirectional", layers=3).steps() == [
        "layer 1: `bear` reads `is`",
        "layer 2: `bear` keeps it (each layer adds to what was there)",
        "layer 3: `bear` keeps it (each layer adds to what was there)",
    ]


def test_the_last_output_has_no_target():
    last = picture(output=T - 1)
    assert last.path is None
    assert last.question() == "The output at `.` has no next word to predict."


@pytest.mark.parametrize(("output", "verb"), [(0, "does not depend"), (1, "depends")])
def test_a_measured_matrix_has_the_same_picture_and_no_path(output, verb):
    matrix = CAUSAL.clone()
    matrix[1, 2] = True
    shown = measured(matrix, output)
    assert shown.headline() == "my <model> (measured): 1 of 7 outputs depend on the word that they have to predict."
    assert f"`{TOKENS[output]}` {verb} on its target `{TOKENS[output + 1]}`. That was measured" in shown.question()
    assert shown.path is None
    assert shown.steps() == []
    assert {shown.style(i, j) for i in range(T) for j in range(T)} == {DEPENDS, INDEPENDENT}
    assert "layer" not in repr(shown)


def test_words_that_stand_twice_have_their_position():
    tokens = ["so", "so", "cute"]
    mask = torch.ones(3, 3).bool()
    shown = FlowPicture(tokens, "all", mask, 0, mask, 1)
    assert shown.steps() == ["layer 1: `so` (position 0) reads `so` (position 1)"]


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_a_path_that_is_walked_shows_only_its_first_steps(shown):
    walking = picture(shown=shown)
    assert walking.steps() == picture().steps()[:shown]
    assert walking.to_html().count(f"{RELAYED.mark} teddy") == (shown >= 1)
    assert walking.to_html().count(f"{RELAYED.mark} bear") == (shown >= 2)
    assert walking.to_html().count(f"{RELAYED.mark} is") == 1


def cells_of_text(shown: FlowPicture) -> list[list[str]]:
    start = 4 + max(map(len, shown.tokens)) + 2
    rows = repr(shown).splitlines()[2 : 2 + len(shown.tokens)]
    return [[row[start + 4 * at : start + 4 * at + 4].strip() for at in range(len(shown.tokens))] for row in rows]


def cells_of_html(shown: FlowPicture) -> list[list[str]]:
    body = shown.to_html().split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<td title=[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


def words_of(shown: FlowPicture) -> str:
    """The HTML form as plain text, with the code marks of the text form."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?code>", "`", shown._repr_html_())))


PICTURES = [picture(layers=1), picture(), picture("causal"), measured(), picture(output=0, layers=3)]


@pytest.mark.parametrize("shown", PICTURES, ids=range(len(PICTURES)))
def test_text_and_html_tell_the_same(shown):
    text, plain = repr(shown), words_of(shown)
    assert cells_of_text(shown) == cells_of_html(shown)
    for output, row in enumerate(cells_of_text(shown)):
        marked = [at for at, cell in enumerate(row) if cell.startswith("[")]
        assert marked == [output + 1][: T - 1 - output]
        assert [cell.strip("[]") for cell in row] == [shown.style(output, at).mark for at in range(T)]
    for sentence in (shown.headline(), shown.question(), *shown.steps()):
        assert sentence in text
        assert sentence in plain
    for style in {shown.style(output, at) for output in range(T) for at in range(T)}:
        assert f"{style.mark} {style.name}" in text
        assert f"{style.mark} {style.name}" in plain
    for output in range(T - 1):
        stands = f"target {TOKENS[output + 1]}: {shown.style(output, output + 1).name}"
        assert stands in text
        assert stands in plain


@pytest.mark.parametrize("shown", PICTURES, ids=range(len(PICTURES)))
def test_html_is_escaped_and_without_what_gets_stripped(shown):
    page = shown._repr_html_()
    assert "<cute>" not in page
    assert "<model>" not in page
    assert "&lt;cute&gt;" in page
    assert not any(tag in page for tag in ("<style", "<script", "<svg"))


def test_marks_differ_without_colour():
    assert len({style.mark for style in (DIRECT, RELAYED, UNSEEN)}) == 3
    assert DEPENDS.mark != INDEPENDENT.mark
