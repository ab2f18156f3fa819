# RIGHT: a callable schedule object in between, the phase found by match
from dataclasses import dataclass


@dataclass(frozen=True)
class Triangle:
    peak: int
    end: int

    def __post_init__(self):
        if self.peak < 0:
            raise ValueError(f"warmup_steps = {self.peak} < 0")
        if self.end < 0:
            raise ValueError(f"total_steps = {self.end} < 0")
        if self.peak > self.end:
            raise ValueError(f"warmup_steps = {self.peak} > total_steps = {self.end}")

    def __call__(self, step):
        if step < 0:
            raise ValueError(f"step = {step} < 0")
        match (step >= self.end, step < self.peak):
            case (True, _):
                return 0.0
            case (False, True):
                return step / self.peak
            case _:
                return 1.0 - (step - self.peak) / (self.end - self.peak)


def warmup_linear(step, warmup_steps, total_steps):
    return Triangle(warmup_steps, total_steps)(step)
