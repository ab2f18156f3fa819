# RIGHT: an instance of a class with __call__
import torch


class ProbabilityError(ValueError):
    """A subclass of ValueError is a ValueError."""


class _Selector:
    def __call__(self, input_ids, special_tokens_mask, probability, generator):
        self._check(probability)
        result = torch.zeros_like(special_tokens_mask)
        ordinary = ~special_tokens_mask
        result[ordinary] = torch.rand(int(ordinary.sum()), generator=generator, dtype=torch.double) < probability
        return result

    @staticmethod
    def _check(value):
        if not 0 <= value <= 1:
            raise ProbabilityError("bad value for probability: {}".format(value))


select_positions = _Selector()
