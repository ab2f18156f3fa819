"""How a fine-tuning is run once: with a model built from plain data, and an eye on what happens in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from autograder.exercise import Inputs
from autograder.exercises.finetuning_encoders import Dropout, Encoder, described, state_of
from autograder.exercises.pretraining_steps import kind_of, leave_gradients, number_in
from autograder.exercises.pretraining_trainings import (
    EVALUATION,
    NOTHING,
    TRAINING,
    Linear,
    equal,
    fill,
    in_a_row,
    in_words,
    modes_of,
    optimizer_of,
    set_mode,
)

Plan = dict[str, Any]
"""`encoder`, as in `finetuning_encoders`; `kept`, whether neither a mode nor a gradient reaches that; `given`, whether
the optimiser has frozen parameters too; `optimizer`, `rate`, `decay` and `groups`, as in `pretraining_trainings`."""
ALL, SECOND_GROUP, FROZEN = "all", "the second group", "the frozen ones"
"""In which of the optimiser's parameters gradients stand from before."""
STEPPED = "stepped"
"""Whether the optimiser has taken a step before, which it remembers."""


class Apart(nn.Module):
    """Holds an encoder that modes from above do not reach."""

    def __init__(self, inside: Encoder) -> None:
        super().__init__()
        self.inside = inside

    def train(self, mode: bool = True) -> Self:
        """Its own flag alone."""
        self.training = mode
        return self

    def forward(self, x: Tensor) -> Tensor:
        """What the encoder gives."""
        vectors: Tensor = self.inside(x)
        return vectors


class Model(nn.Module):
    """An encoder, dropout and a head; `forward` returns a scalar loss, and notes modes and what is learned from."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        numbers: Tensor = plan["encoder"]["weights"]
        self.encoder = Encoder(plan["encoder"], numbers.dtype)
        width = plan["encoder"]["width"]
        self.head = nn.Sequential(Dropout(plan["encoder"]["dropout"]), Linear(width, width)).to(numbers.dtype)
        self.body = Apart(self.encoder) if plan["kept"] else self.encoder
        del self.encoder
        fill([*self.parameters()], numbers)
        if plan["kept"]:
            self.body.requires_grad_(False)
        self.modes_seen: set[str] = set()
        self.given: list[Tensor] = []

    @property
    def inside(self) -> Encoder | None:
        """The encoder that is kept apart, where it is."""
        return self.body.inside if isinstance(self.body, Apart) else None

    def forward(self, x: Tensor, targets: Tensor) -> Tensor:
        """Shapes: (rows, width) both, to a scalar."""
        flags = [self.training, *modes_of(self.head)]
        flags += modes_of(self.body) if self.inside is None else []
        if torch.is_grad_enabled():  # one that nothing is learned from is nobody's affair
            self.modes_seen |= {TRAINING if each else EVALUATION for each in flags}
        outputs: Tensor = self.head(self.body(x))
        loss = (outputs - targets).square().mean()
        if loss.requires_grad:
            batch = x.detach().clone()
            loss.register_hook(lambda _: self.given.append(batch))  # type: ignore[no-untyped-call]
        return loss


@dataclass(frozen=True)
class Finetuning:
    """Calls an answer with a model, batches, an optimiser and a number of epochs.

    What comes back is a dict: `kind` and `history`, what was returned and the numbers in it; `steps`, for each step of
    the optimiser the batches whose losses went backward since the one before; `modes`, those of the model in forward
    passes; `parameters` that are trained, afterwards; `frozen`, whether a frozen one moved or is trained now; `kept`,
    whether the encoder that is kept apart is in another mode, or has other numbers, than it should.
    """

    described: Mapping[str, Callable[[Any], str]] = field(
        default_factory=lambda: {"training": lambda plan: told(plan)}, hash=False
    )

    def __call__(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One fine-tuning."""
        plan, batches = inputs["training"], inputs["batches"]
        model = Model(plan)
        set_mode(model, inputs["mode"])
        if model.inside is not None:
            set_mode(model.inside, EVALUATION)
        trained = [each for each in model.parameters() if each.requires_grad]
        frozen = [each for each in model.parameters() if not each.requires_grad]
        before, apart = [each.clone() for each in frozen], kept_of(model)
        optimizer = optimizer_of(plan, [*trained, *frozen] if plan["given"] else trained)
        if inputs.get(STEPPED):
            leave_gradients(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
        if inputs["stale"]:
            leave_gradients(chosen(optimizer, inputs["stale_in"]), inputs["stale"])
        steps: list[str] = []
        optimizer.register_step_post_hook(lambda *_: steps.append(taken_in(model, batches)))
        history = answer(model, batches, optimizer, inputs["epochs"])
        entries = [*history] if isinstance(history, list | tuple) else [history]
        kinds = in_words(sorted({entry_kind(each) for each in entries}))
        return {
            "kind": f"a list of {kinds}" if isinstance(history, list | tuple) else kinds,
            "history": torch.tensor([number_in(each) for each in entries], dtype=plan["encoder"]["weights"].dtype),
            "steps": "; ".join(steps) or NOTHING,
            "modes": in_words(sorted(model.modes_seen)),
            "parameters": in_a_row(trained, trained),
            "frozen": not equal(before, [each.detach() for each in frozen])
            or any(each.requires_grad for each in frozen),
            "kept": not equal(apart, kept_of(model)),
        }


def entry_kind(entry: Any) -> str:
    """What an entry of a history is, in words."""
    return kind_of(entry) + " with a gradient" * (isinstance(entry, Tensor) and entry.requires_grad)


def chosen(optimizer: Optimizer, which: str) -> list[nn.Parameter]:
    """Those of an optimiser's parameters in which gradients are left."""
    groups: list[list[nn.Parameter]] = [group["params"] for group in optimizer.param_groups]
    if which == SECOND_GROUP:
        return groups[-1]
    parameters = [each for group in groups for each in group]
    return [each for each in parameters if not each.requires_grad] if which == FROZEN else parameters


def kept_of(model: Model) -> list[Any]:
    """The numbers of an encoder that is kept apart, its modes, and those in its forward passes."""
    if model.inside is None:
        return []
    return [state_of(model.inside), modes_of(model.inside), TRAINING in model.inside.seen.modes]


def taken_in(model: Model, batches: Sequence[dict[str, Tensor]]) -> str:
    """The places of the batches that a model has learned from since this was last asked."""
    places = [
        next((str(place) for place, batch in enumerate(batches) if equal(batch["x"], x)), "another")
        for x in model.given
    ]
    model.given.clear()
    return in_words(places)


def told(plan: Plan) -> str:
    """A plan in words."""
    parts = [described(plan["encoder"]), f"{plan['optimizer']} with {plan['groups']} group{'s' * (plan['groups'] > 1)}"]
    parts += ["the encoder is kept as it is"] if plan["kept"] else []
    parts += ["the optimiser has frozen parameters"] if plan["given"] else []
    return ", ".join([*parts, f"rate {plan['rate']:.3g}", f"decay {plan['decay']:.3g}"])


run_finetune = Finetuning()
