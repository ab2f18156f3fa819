"""Bands against brute-force sums, and counts in both written forms."""

from fractions import Fraction
from math import comb

import pytest

from bertkit.notebook.fate_counts import FateCounts, binomial_band
from bertkit.notebook.xray import Fate

U, M, R, K, S = Fate.UNSELECTED, Fate.MASKED, Fate.RANDOM, Fate.KEPT, Fate.SPECIAL


def brute_force_band(trials: int, probability: Fraction, tail: Fraction) -> tuple[int, int]:
    terms = [comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(trials + 1)]
    low = max(k for k in range(trials + 1) if sum(terms[:k]) <= tail)
    high = min(k for k in range(trials + 1) if sum(terms[k + 1 :]) <= tail)
    return low, high


@pytest.mark.parametrize("trials", [1, 2, 7, *(pytest.param(trials, marks=pytest.mark.slow) for trials in (40, 123))])
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
