"""Randomness as a function of what it is for, so that nothing about it has to be saved or shared.

A run has one seed. Each draw in it uses a generator of its own, derived from the seed and from the purpose of the
draw, for example `generator(seed, "masking", step)`. Step 700 then draws the same mask whether the run began at
step 0 or was resumed at step 699, and whichever process makes the batch.
"""

import hashlib
import random

import torch


def derived_seed(seed: int, *purpose: str | int) -> int:
    """A 63-bit seed that depends on `seed` and `purpose` alone, the same on every machine and in every process."""
    text = "/".join(map(str, (seed, *purpose)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def generator(seed: int, *purpose: str | int) -> torch.Generator:
    """A torch generator (CPU) for one purpose."""
    return torch.Generator().manual_seed(derived_seed(seed, *purpose))


def python_random(seed: int, *purpose: str | int) -> random.Random:
    """A `random.Random` for one purpose."""
    return random.Random(derived_seed(seed, *purpose))
