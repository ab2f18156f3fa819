"""Fates against a definition by hand, bands against brute-force sums, and both written forms."""

from fractions import Fraction
from math import comb

import pytest
import torch

from bertkit.notebook.xray import Fate, FateCounts, XRay, binomial_band, fates

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


def brute_force_band(trials: int, probability: Fraction, tail: Fraction) -> tuple[int, int]:
    terms = [comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(trials + 1)]
    low = max(k for k in range(trials + 1) if sum(terms[:k]) <= tail)
    high = min(k for k in range(trials + 1) if sum(terms[k + 1 :]) <= tail)
    return low, high


@pytest.mark.parametrize("trials", [1, 2, 7, 40, 123])
@pytest.mark.parametrize("percent", [1, 10, 15, 50, 80, 99])
@pytest.mark.parametrize("coverage", [0.9, 0.99, 0.999])
def test_band_against_brute_force(trials, percent, coverage):
    expected = brute_force_band(trials, Fraction(percent, 100), (1 - Fraction(str(coverage))) / 2)
    assert binomial_band(trials, percent / 100, coverage) == expected


@pytest.mark.parametrize(
    ("trials", "probability", "band"), [(0, 0.3, (0, 0)), (9, 0, (0, 0)), (9, 1, (9, 9)), (0, 1, (0, 0))]
)
def test_band_of_a_certainty(trials, probability, band):
    assert binomial_band(trials, probability) == band


def test_band_of_many_trials_is_quick_and_central():
    low, high = binomial_band(10_000_000, 0.15)
    assert low < 1_500_000 < high
    assert high - low < 6000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 0.5), "trials must be 0 or more, got -1"),
        ((5, 1.5), "probability must lie between 0 and 1, got 1.5"),
        ((5, float("nan")), "probability must lie between 0 and 1, got nan"),
        ((5, 0.5, 1.0), "coverage must be at least 0 and below 1, got 1.0"),
    ],
)
def test_band_names_the_bad_value(arguments, message):
    with pytest.raises(ValueError, match=message):
        binomial_band(*arguments)


def test_counts_leave_special_tokens_out():
    counts = FateCounts.of([[S, U, M, U, K, R, S], [S, U, M, S]])
    assert (counts.maskable, counts.selected, counts.masked, counts.random, counts.kept) == (7, 4, 2, 1, 1)


@pytest.mark.parametrize(("masked", "verdict"), [(80, "inside"), (20, "BELOW"), (100, "ABOVE")])
def test_counts_say_in_words_whether_they_are_inside(masked, verdict):
    counts = FateCounts(1000, 100, masked, 0, 100 - masked)
    row = next(row for row in counts.rows() if row.name == "masked")
    assert row.verdict == verdict
    line = next(line for line in repr(counts).splitlines() if line.startswith("masked"))
    assert line.endswith(verdict)
    assert f"{row.band[0]} to {row.band[1]}" in line
    assert verdict in counts._repr_html_()


def test_counts_state_trials_share_and_coverage():
    text = repr(FateCounts(200, 30, 24, 3, 3))
    assert "15.0%" in text
    assert "80.0%" in text
    assert "99 % band" in text
    assert "99 % band" in FateCounts(200, 30, 24, 3, 3)._repr_html_()


@pytest.mark.parametrize("mix", [(0.0, 0.0, 0.0), (0.15, 0.7, 0.3), (1.0, 1.0, 0.0)])
def test_counts_at_the_ends(mix):
    for counts in (FateCounts.of([], *mix), FateCounts.of([[M]], *mix)):
        assert repr(counts)
        assert all(0 <= row.place(row.count) <= 1 for row in counts.rows())
    assert FateCounts.of([], *mix).rows()[3].probability in (0.0, 1.0)
