"""Fates against a definition by hand, and both written forms."""

import pytest
import torch

from bertkit.notebook.xray import Fate, XRay, fates

MASK = 3
U, M, R, K, S = Fate.UNSELECTED, Fate.MASKED, Fate.RANDOM, Fate.KEPT, Fate.SPECIAL
WORDS = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "this", "teddy", "bear", "so", "cute", "<lamp>"]

IDS = torch.tensor([[1, 4, 5, 6, 7, 8, 2, 0, 0]])
SELECTED = torch.tensor([[0, 0, 1, 0, 1, 1, 0, 0, 0]], dtype=torch.bool)
CORRUPTED = torch.tensor([[1, 4, MASK, 6, 7, 9, 2, 0, 0]])
SPECIAL = torch.tensor([[1, 0, 0, 0, 0, 0, 1, 1, 1]], dtype=torch.bool)


def decode(ids: list[int]) -> list[str]:
    return [WORDS[i] for i in ids]


def xray(**changed: torch.Tensor) -> XRay:
    batch = {"input_ids": IDS, "selected": SELECTED, "corrupted": CORRUPTED} | changed
    return XRay.of(**batch, mask_token_id=MASK, decode=decode, special_tokens_mask=SPECIAL)


def test_every_fate():
    assert fates(IDS, SELECTED, CORRUPTED, MASK, SPECIAL) == [[S, U, M, U, K, R, S, S, S]]
    assert fates(IDS, SELECTED, CORRUPTED, MASK) == [[U, U, M, U, K, R, U, U, U]]


def test_a_selected_special_position_shows():
    selected = SELECTED.clone()
    selected[0, 8] = True
    assert fates(IDS, selected, CORRUPTED, MASK, SPECIAL)[0][8] is K
    assert "=[PAD]=" in repr(xray(selected=selected))


@pytest.mark.parametrize("name", ["selected", "corrupted", "special_tokens_mask"])
def test_wrong_shapes_are_named(name):
    arguments = {"selected": SELECTED, "corrupted": CORRUPTED, "special_tokens_mask": SPECIAL}
    arguments[name] = arguments[name][:, :3]
    with pytest.raises(ValueError, match=rf"{name} has shape \(1, 3\)"):
        fates(IDS, mask_token_id=MASK, **arguments)


def test_a_missing_batch_dimension_is_named():
    with pytest.raises(ValueError, match=r"input_ids must have shape \(B, T\), got \(9,\)"):
        fates(IDS[0], SELECTED[0], CORRUPTED[0], MASK)


def test_text_form():
    first, legend = repr(xray()).splitlines()
    assert first == "1  [CLS] this [teddy→MASK] bear =so= ~cute→<lamp>~ [SEP] (+2 [PAD])"
    assert all(word in legend for word in ("masked", "random", "kept", "not selected"))


def test_html_form_is_escaped_marked_and_without_what_gets_stripped():
    html = xray()._repr_html_()
    assert "&lt;lamp&gt;" in html
    assert "<lamp>" not in html
    assert all(mark in html for mark in ("▇ <b>[MASK]</b>", "↯ <b>&lt;lamp&gt;</b>", "= <b>so</b>", "was teddy"))
    assert not any(tag in html for tag in ("<style", "<script", "<svg"))
    assert html.count("[PAD]") == 1


def test_a_change_without_selection_is_called_a_mistake():
    corrupted = CORRUPTED.clone()
    corrupted[0, 1] = 9
    assert "mistake" not in repr(xray()) + xray()._repr_html_()
    assert "!this→<lamp>!" in repr(xray(corrupted=corrupted))
    assert "a mistake in the masking" in repr(xray(corrupted=corrupted))
    assert "changed, but not selected: a mistake" in xray(corrupted=corrupted)._repr_html_()


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="different lengths"):
        XRay([["a"]], [["a", "b"]], [[U]])


def test_original_words_can_be_covered():
    corrupted = CORRUPTED.clone()
    corrupted[0, 1] = 9
    ids = {"input_ids": IDS, "selected": SELECTED, "corrupted": corrupted, "mask_token_id": MASK, "decode": decode}
    covered = XRay.of(**ids, special_tokens_mask=SPECIAL, covered=True)
    assert repr(covered).splitlines()[0] == "1  [CLS] !?→<lamp>! [?→MASK] bear =so= ~?→<lamp>~ [SEP] (+2 [PAD])"
    for form in (repr(covered), covered._repr_html_()):
        assert not any(word in form for word in ("this", "teddy", "cute"))
        assert "?" in form
    assert "must predict teddy" in xray()._repr_html_()
