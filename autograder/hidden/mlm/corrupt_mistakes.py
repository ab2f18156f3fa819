"""Known mistakes of `mlm.corrupt`."""

from typing import Any

import torch
from torch import Tensor

from autograder.judging.parts import Mistakes

mistake = Mistakes()


def by_shares(mask: float, rand: float) -> Any:
    """A right implementation with wrong shares."""

    def corrupt(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, generator: torch.Generator) -> Tensor:
        fate = uniform_numbers(ids, generator)
        masked, randomized = selected & (fate < mask), selected & (fate >= mask) & (fate < mask + rand)
        return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, generator))

    return corrupt


def choose(ids: Tensor, masked: Tensor, randomized: Tensor, mask_id: int, random_ids: Tensor) -> Tensor:
    return torch.where(randomized, random_ids, torch.where(masked, mask_id, ids))


def uniform_numbers(ids: Tensor, generator: torch.Generator) -> Tensor:
    return torch.rand(ids.shape, generator=generator)


def tokens(ids: Tensor, vocab_size: int, generator: torch.Generator) -> Tensor:
    return torch.randint(vocab_size, ids.shape, generator=generator)


@mistake(
    "The 10 % for random tokens was taken of those left over after masking, which makes it 2 % of all.",
    "What share of the *remaining* 20 % has to become random?",
)
def random_share_of_rest(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked = selected & (uniform_numbers(ids, g) < 0.8)
    randomized = selected & ~masked & (uniform_numbers(ids, g) < 0.1)
    return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, g))


@mistake(
    "The 10 % to keep was taken of those left over after masking, which makes it 2 % of all.",
    "What share of the *remaining* 20 % has to stay?",
)
def keep_share_of_rest(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked = selected & (uniform_numbers(ids, g) < 0.8)
    kept = selected & ~masked & (uniform_numbers(ids, g) < 0.1)
    return choose(ids, masked, selected & ~masked & ~kept, mask_id, tokens(ids, vocab_size, g))


@mistake(
    "Masks and random tokens were drawn separately, and some random tokens replaced a mask.",
    "A position must meet exactly one fate: can one of yours meet two?",
)
def random_overwrites_mask(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    masked, randomized = selected & (uniform_numbers(ids, g) < 0.8), selected & (uniform_numbers(ids, g) < 0.1)
    return choose(ids, masked, randomized, mask_id, tokens(ids, vocab_size, g))


@mistake(
    "Kept and random positions were drawn separately, each 10 %: where both hit, one gives way, hence 81/9/10.",
    "One draw a position, cut in three, decides all fates at once.",
)
def fates_drawn_independently(
    ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator
) -> Tensor:
    kept = selected & (uniform_numbers(ids, g) < 0.1)
    randomized = selected & ~kept & (uniform_numbers(ids, g) < 0.1)
    return choose(ids, selected & ~kept & ~randomized, randomized, mask_id, tokens(ids, vocab_size, g))


mistake.add(
    "always-mask",
    "Every selected position becomes [MASK]; the other two fates are missing.",
    "What happens to a selected position that is not masked?",
    by_shares(1.0, 0.0),
)


@mistake(
    "No token changed: what was written went into a copy, or nothing was written.",
    "Assignments such as `tensor[a][b] = …`: `tensor[a]` with a mask is a new tensor already.",
)
def changes_nothing(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)[selected]
    corrupted = ids.clone()
    corrupted[selected][fate < 0.8] = mask_id
    corrupted[selected][fate >= 0.9] = torch.randint(vocab_size, (int((fate >= 0.9).sum()),), generator=g)
    return corrupted


@mistake(
    "The masks were set, and then the random tokens were written over them.",
    "Your second condition: is it also true where the first one was?",
)
def masks_overwritten(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    masked = torch.where(selected & (fate < 0.8), mask_id, ids)
    return torch.where(selected & (fate < 0.9), tokens(ids, vocab_size, g), masked)


mistake.add(
    "no-random",
    "What is not masked stays as it is; the random tokens are missing.",
    "The 20 % that are not masked: how are they split?",
    by_shares(0.8, 0.0),
)

mistake.add(
    "no-keep",
    "What is not masked becomes random; none is kept on purpose.",
    "The 20 % that are not masked: how are they split?",
    by_shares(0.8, 0.2),
)

mistake.add(
    "mask-and-keep-swapped",
    "The large share stays and a small one is masked: a comparison points the wrong way.",
    "Which share of uniform numbers is below 0.8?",
    by_shares(0.1, 0.1),
)


@mistake(
    "The selected positions were dealt out in fixed numbers. BERT draws the fate of each one on its own.",
    "Can your function mask nine of ten selected positions, or seven?",
)
def exact_shares(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    corrupted = ids.clone().flatten()
    places = selected.flatten().nonzero().flatten()
    places = places[torch.randperm(len(places), generator=g)]
    first, second = round(0.8 * len(places)), round(0.9 * len(places))
    corrupted[places[:first]] = mask_id
    corrupted[places[first:second]] = torch.randint(vocab_size, (second - first,), generator=g)
    return corrupted.view(ids.shape)


@mistake(
    "One draw decides for many positions at once.",
    "The shape of your random numbers: it should be the shape of `input_ids`.",
)
def one_fate_per_row(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = torch.rand(ids.shape[0], 1, generator=g)
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, tokens(ids, vocab_size, g))


@mistake(
    "The recipe was applied to the whole batch, whatever `selected` says.",
    "Where `selected` enters your conditions.",
)
def ignores_selected(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    return choose(ids, fate < 0.8, fate >= 0.9, mask_id, tokens(ids, vocab_size, g))


@mistake(
    "The masks respect the selection, the random tokens do not.",
    "The condition that chooses where random tokens go.",
)
def random_everywhere(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    return choose(ids, selected & (fate < 0.8), fate >= 0.9, mask_id, tokens(ids, vocab_size, g))


@mistake(
    "Random tokens do not come from the whole vocabulary, 0 to V - 1, special tokens included.",
    "The bounds of the draw: `torch.randint`'s upper one is excluded already.",
)
def random_range(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    random_ids = torch.randint(5, vocab_size, ids.shape, generator=g)  # ordinary tokens only
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


@mistake(
    "One random token was drawn and used in many places.",
    "The shape of the random tokens: one for each position.",
)
def one_random_token(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    random_ids = torch.randint(vocab_size, (1,), generator=g).expand(ids.shape)
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


@mistake(
    "The replacements are tokens of the batch itself. They should be any token of the vocabulary.",
    "What your random numbers index: the batch or the vocabulary?",
)
def random_from_batch(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    random_ids = ids.flatten()[torch.randint(ids.numel(), ids.shape, generator=g)]
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


@mistake(
    "The random token is never the original one. BERT draws from the whole vocabulary, the original included.",
    "The code that avoids the original: it is not needed.",
)
def random_excludes_original(
    ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator
) -> Tensor:
    fate = uniform_numbers(ids, g)
    random_ids = (ids + torch.randint(1, vocab_size, ids.shape, generator=g)) % vocab_size
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


@mistake(
    "The random token is never [MASK]. BERT draws from the whole vocabulary, [MASK] included.",
    "The code that avoids [MASK]: it is not needed.",
)
def random_excludes_mask(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate = uniform_numbers(ids, g)
    random_ids = torch.randint(vocab_size - 1, ids.shape, generator=g)
    random_ids += random_ids >= mask_id
    return choose(ids, selected & (fate < 0.8), selected & (fate >= 0.9), mask_id, random_ids)


@mistake(
    "The number of [MASK] is written into the function; the caller's is not used.",
    "Where `mask_token_id` enters your code.",
)
def ignores_mask_token_id(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, 4, vocab_size, g)


@mistake(
    "Token ids became floating-point numbers; an embedding looks up integers only.",
    "Arithmetic with masks: choosing between values needs no multiplication.",
)
def float_ids(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    fate, chosen = uniform_numbers(ids, g), selected.float()
    masked, randomized = (fate < 0.8).float() * chosen, (fate >= 0.9).float() * chosen
    return ids * (1 - masked - randomized) + mask_id * masked + tokens(ids, vocab_size, g) * randomized


@mistake(
    "The function seeds a generator of its own, so every batch is corrupted alike.",
    "Where a seed is written in your code: the caller's `generator` has one already.",
)
def own_seed(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, torch.Generator().manual_seed(0))


@mistake(
    "The generator is set back to its seed in every call, so every batch is corrupted alike.",
    "The line with `manual_seed`: a generator is there to move on.",
)
def generator_reseeded(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    g.manual_seed(g.initial_seed())
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, g)


@mistake(
    "Only the selected tokens came back; the sentence around them is what the model has to read.",
    "The shape of what you return: it should be the shape of `input_ids`.",
)
def only_selected(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, selected, mask_id, vocab_size, g)[selected]


@mistake(
    "The selection is read the wrong way round: what nobody selected was corrupted.",
    "Where `selected` enters your conditions, and a `~` too many.",
)
def selection_inverted(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, g: torch.Generator) -> Tensor:
    return by_shares(0.8, 0.1)(ids, ~selected, mask_id, vocab_size, g)


mistake.add(
    "nine-in-ten-masked",
    "Nine in ten became [MASK]: the boundaries are one tenth too far.",
    "`<` and `<=`, and whether you count from 0 or from 1.",
    by_shares(0.9, 0.1),
)

mistake.add(
    "random-and-keep-missing-half",
    "The rest was split unevenly: the shares of random and kept tokens are 10 % each, of all selected positions.",
    "The two boundaries that cut the line from 0 to 1 in three.",
    by_shares(0.8, 0.15),
)

mistake.add(
    "mask-already-there",
    "A selected [MASK] is treated unlike other tokens. It meets one of three fates, as they do.",
    "Conditions that compare `input_ids` with `mask_token_id`.",
    None,
)

mistake.add(
    "unselected-changed",
    "Something is written to positions that nobody selected.",
    "Every condition that chooses where something is written: does it contain `selected`?",
    None,
)
