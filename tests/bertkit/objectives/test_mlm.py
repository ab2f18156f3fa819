"""The masked-LM objective: shares within exact binomial bounds, and what must never change."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from scipy.special import bdtr, bdtrc
from torch import Tensor

from bertkit.data.corpus import Corpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.objectives.mlm import (
    MaskedLanguageModelling,
    Recipe,
    corrupt,
    corrupt_by,
    mlm_labels,
    mlm_loss,
    select_positions,
)

FALSE_ALARM = 1e-6
MASK, V = 4, 1000
SHAPE = 100, 200


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def assert_share(count: Tensor | int, of: Tensor | int, probability: float) -> None:
    """`count` is no rarer than one in a million among binomial draws."""
    count, of = int(count), int(of)
    below, above = bdtr(count, of, probability), bdtrc(count - 1, of, probability) if count else 1.0
    assert min(below, above) > FALSE_ALARM, f"{count} of {of} is {count / of:.4f}, expected {probability}"


@pytest.fixture(scope="module")
def ids() -> Tensor:
    return torch.randint(5, V, SHAPE, generator=generator(99))


@pytest.fixture(scope="module")
def special() -> Tensor:
    return torch.rand(SHAPE, generator=generator(98)) < 0.3


@pytest.mark.parametrize("probability", [0.0, 0.001, 0.15, 0.5, 1.0])
def test_selected_share(ids: Tensor, special: Tensor, probability: float) -> None:
    selected = select_positions(ids, special, probability, generator())
    assert (selected.dtype, selected.shape) == (torch.bool, SHAPE)
    assert not (selected & special).any()
    assert_share(selected.sum(), (~special).sum(), probability)


def test_selection_is_independent_between_neighbours_and_rows(ids: Tensor) -> None:
    selected = select_positions(ids, torch.zeros(SHAPE, dtype=torch.bool), 0.3, generator())
    for first, second in ((selected[:, :-1:2], selected[:, 1::2]), (selected[:-1:2], selected[1::2])):
        assert_share((first & second).sum(), first.numel(), 0.09)
    counts = selected.sum(dim=1)
    assert counts.min() < 50 < 70 < counts.max()  # and the number in a row is not fixed


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_bad_probability_is_named(ids: Tensor, special: Tensor, probability: float) -> None:
    with pytest.raises(ValueError, match=f"probability is {probability}"):
        select_positions(ids, special, probability, generator())


BERTS_OWN = Recipe(mask=0.8, random=0.1)
RECIPES = [BERTS_OWN, Recipe(1.0, 0.0), Recipe(0.0, 1.0), Recipe(0.0, 0.0), Recipe(0.8, 0.0), Recipe(0.3, 0.6)]


@pytest.mark.parametrize(
    ("function", "recipe"),
    [(corrupt, BERTS_OWN), *((corrupt_by(recipe), recipe) for recipe in RECIPES)],
    ids=["corrupt", *map(str, RECIPES)],
)
def test_shares_of_the_fates(ids: Tensor, function: Callable[..., Tensor], recipe: Recipe) -> None:
    selected = torch.rand(SHAPE, generator=generator(1)) < 0.5
    before = ids.clone()
    corrupted = function(ids, selected, MASK, V, generator())
    assert torch.equal(ids, before)
    assert (corrupted.dtype, corrupted.shape) == (torch.int64, SHAPE)
    assert torch.equal(corrupted[~selected], ids[~selected])
    total = selected.sum()
    masked = (corrupted == MASK) & selected
    kept = (corrupted == ids) & selected
    # A random token is by chance [MASK], or the token that stood there, once in V draws each.
    assert_share(masked.sum(), total, recipe.mask + recipe.random / V)
    assert_share(kept.sum(), total, max(0.0, recipe.keep) + recipe.random / V)


def test_random_tokens_are_uniform_over_the_vocabulary() -> None:
    ids = torch.full((400, 500), 7)
    small = 8
    drawn = corrupt_by(Recipe(0.0, 1.0))(ids, torch.ones_like(ids, dtype=torch.bool), MASK, small, generator())
    for count in torch.bincount(drawn.flatten(), minlength=small).tolist():
        assert_share(count, ids.numel(), 1 / small)
    assert drawn.max() < small


def test_neighbours_meet_independent_fates(ids: Tensor) -> None:
    masked = corrupt(ids, torch.ones(SHAPE, dtype=torch.bool), MASK, V, generator()) == MASK
    share = 0.8 + 0.1 / V
    assert_share((masked[:, ::2] & masked[:, 1::2]).sum(), masked[:, ::2].numel(), share**2)


@pytest.mark.parametrize("seed", range(5))
def test_corrupt_is_corrupt_by_berts_recipe(ids: Tensor, seed: int) -> None:
    selected = select_positions(ids, torch.zeros(SHAPE, dtype=torch.bool), 0.15, generator(seed))
    first, second = generator(seed), generator(seed)
    assert torch.equal(corrupt(ids, selected, MASK, V, first), corrupt_by(BERTS_OWN)(ids, selected, MASK, V, second))
    assert torch.equal(first.get_state(), second.get_state())


@pytest.mark.parametrize(
    "draw",
    [
        lambda g: select_positions(torch.zeros(9, 9, dtype=torch.long), torch.zeros(9, 9).bool(), 0.5, g),
        lambda g: corrupt(torch.full((9, 9), 7), torch.ones(9, 9).bool(), MASK, V, g),
    ],
    ids=["select_positions", "corrupt"],
)
def test_the_generator_is_the_only_source(draw: Callable[[torch.Generator], Tensor]) -> None:
    state = torch.random.get_rng_state()
    source = generator()
    first, second = draw(source), draw(source)
    assert torch.equal(first, draw(generator()))
    assert not torch.equal(first, second)
    assert not torch.equal(first, draw(generator(1)))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_labels_are_the_originals_at_selected_positions(ids: Tensor) -> None:
    selected = torch.rand(SHAPE, generator=generator()) < 0.5
    labels = mlm_labels(ids, selected)
    assert torch.equal(labels[selected], ids[selected])
    assert (labels[~selected] == IGNORE_INDEX).all()
    assert labels.dtype == torch.int64


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(6,), (2, 3), (2, 1, 3)])
def test_loss_is_the_mean_over_labelled_positions(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    logits = torch.randn(*shape, 5, dtype=dtype, generator=generator())
    labels = torch.tensor([0, IGNORE_INDEX, 4, IGNORE_INDEX, 2, 2]).view(shape)
    probabilities = logits.reshape(6, 5).softmax(-1)
    expected = -sum(probabilities[i, label].log() for i, label in ((0, 0), (2, 4), (4, 2), (5, 2))) / 4
    loss = mlm_loss(logits, labels)
    assert loss.dtype == dtype
    torch.testing.assert_close(loss, expected)


def test_without_labels_the_loss_and_its_gradient_are_zero() -> None:
    logits = torch.randn(2, 3, 5, generator=generator(), requires_grad=True)
    loss = mlm_loss(logits, torch.full((2, 3), IGNORE_INDEX))
    loss.backward()
    assert loss.item() == 0
    assert not logits.grad.any()


@pytest.mark.parametrize(("mask", "random"), [(-0.1, 0.1), (0.1, -0.1), (0.8, 0.3), (float("nan"), 0.1)])
def test_shares_that_are_none_are_named(mask: float, random: float) -> None:
    with pytest.raises(ValueError, match=f"{mask} masked and {random} random"):
        Recipe(mask, random)


@pytest.mark.parametrize(
    ("mask", "random", "named"), [(0.8, 0.1, "80/10/10"), (0.8, 0.2, "80/20/0"), (0.7, 0.3, "70/30/0")]
)
def test_a_recipe_is_named_by_its_shares(mask: float, random: float, named: str) -> None:
    assert str(Recipe(mask, random)) == named
    assert Recipe(mask, random).keep >= 0


def test_a_recipe_says_what_it_is() -> None:
    assert str(BERTS_OWN) == "80/10/10"
    assert BERTS_OWN.keep == pytest.approx(0.1)


def test_the_objective_joins_the_three_steps(ids: Tensor, special: Tensor) -> None:
    objective = MaskedLanguageModelling(MASK, V, probability=0.4)
    corrupted, labels = objective(ids, special, generator())
    steps = generator()
    selected = select_positions(ids, special, 0.4, steps)
    assert torch.equal(corrupted, corrupt(ids, selected, MASK, V, steps))
    assert torch.equal(labels, mlm_labels(ids, selected))


def test_each_step_can_be_exchanged(ids: Tensor, special: Tensor) -> None:
    def all_ordinary(input_ids: Tensor, special_tokens_mask: Tensor, *rest: Any) -> Tensor:
        return ~special_tokens_mask

    objective = MaskedLanguageModelling(
        MASK,
        V,
        select_positions=all_ordinary,
        corrupt=corrupt_by(Recipe(1.0, 0.0)),
        mlm_labels=lambda input_ids, selected: input_ids + 1,
    )
    corrupted, labels = objective(ids, special, generator())
    assert torch.equal(corrupted == MASK, ~special)
    assert torch.equal(labels, ids + 1)


def test_on_a_real_batch(corpus: Corpus, objective: MaskedLanguageModelling) -> None:
    batch = corpus.training.batch(range(30))
    corrupted, labels = objective(batch.input_ids, batch.special_tokens_mask, generator())
    labelled = labels != IGNORE_INDEX
    assert not (labelled & batch.special_tokens_mask).any()
    assert torch.equal(corrupted[~labelled], batch.input_ids[~labelled])
    assert_share(labelled.sum(), (~batch.special_tokens_mask).sum(), 0.15)
