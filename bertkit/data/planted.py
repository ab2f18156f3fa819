"""A batch of chance words planted in a text, to see what one bad batch does to a training."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from bertkit.data.batches import Batch, BatchSource
from bertkit.randomness import generator


@dataclass(frozen=True)
class PlantedBatch:
    """The same batches, but that all words of one of them are drawn at random."""

    source: BatchSource
    number: int
    """Which batch, counted from 1."""
    vocab_size: int
    """V; words are drawn uniformly from 0 to V - 1."""

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """Endless batches that `seed` decides, from number `skip` on."""
        for number, batch in enumerate(self.source.batches(batch_size, seed, skip), start=skip + 1):
            if number == self.number:
                drawing = generator(seed, "planted", number)
                words = torch.randint(self.vocab_size, batch.input_ids.shape, generator=drawing)
                batch = replace(batch, input_ids=torch.where(batch.special_tokens_mask, batch.input_ids, words))
            yield batch
