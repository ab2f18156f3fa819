"""Right answers to the exercises of lesson 6."""

import copy
from contextlib import ExitStack

import torch
from torch import nn

from right_answers.register import Register

right = Register()

# ---------------------------------------------------------------------------------------------------- FrozenEncoder


@right("finetuning.FrozenEncoder")
class EvaluatesInEveryMode(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False
        self.train(self.training)

    def train(self, mode=True):
        super().train(mode)
        self.encoder.train(False)
        return self

    @torch.no_grad()
    def forward(self, *args, **kwargs):
        return self.encoder(*args, **kwargs)


@right("finetuning.FrozenEncoder")
class CopiesAndEvaluatesInForward(nn.Module):
    """The caller's encoder stays as it was."""

    def __init__(self, encoder):
        super().__init__()
        self.body = copy.deepcopy(encoder)
        self.body.requires_grad_(False)

    def forward(self, *inputs, **options):
        self.body.eval()
        with torch.set_grad_enabled(False):
            return self.body(*inputs, **options)


@right("finetuning.FrozenEncoder")
class NoModeReachesIt(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.parts = nn.ModuleList([encoder.eval()])
        for _, parameter in self.named_parameters():
            parameter.requires_grad_(False)

    def train(self, mode=True):
        return self

    def forward(self, *args, **kwargs):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return self.parts[0](*args, **kwargs)
        finally:
            torch.set_grad_enabled(before)


@right("finetuning.FrozenEncoder")
class AlwaysInEvaluation(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        nn.Module.__init__(self)
        self.add_module("frozen", encoder)
        self.requires_grad_(False)
        self.eval()

    def train(self, mode: bool = True):
        return nn.Module.train(self, False)

    def forward(self, *args, **kwargs):
        with torch.no_grad():
            return self.frozen.forward(*args, **kwargs)


@right("finetuning.FrozenEncoder")
class PutsModesBack(nn.Module):
    """Modes of the encoder are its own, but for the forward pass."""

    def __init__(self, encoder):
        super().__init__()
        self.wrapped = nn.ModuleDict({"encoder": encoder})
        for each in encoder.modules():
            for parameter in each.parameters(recurse=False):
                parameter.requires_grad = False

    def forward(self, *args, **kwargs):
        encoder = self.wrapped["encoder"]
        modes = {each: each.training for each in encoder.modules()}
        for each in modes:
            each.training = False
        try:
            with torch.no_grad():
                return encoder(*args, **kwargs)
        finally:
            for each, mode in modes.items():
                each.training = mode


@right("finetuning.FrozenEncoder")
def a_function_that_makes_one(encoder):
    class Frozen(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = encoder.requires_grad_(False).eval()
            self.inner.train = lambda mode=True: self.inner

        def forward(self, *args, **kwargs):
            with torch.no_grad():
                return self.inner(*args, **kwargs)

    return Frozen()


# --------------------------------------------------------------------------------------------------- cache_features


@right("finetuning.cache_features")
def modes_in_a_dict(encoder, batches):
    modes = {module: module.training for module in encoder.modules()}
    encoder.eval()
    features = []
    try:
        with torch.no_grad():
            for batch in batches:
                hidden = encoder(**batch)
                features.append(hidden[:, 0, :])
    finally:
        for module, mode in modes.items():
            module.training = mode
    return torch.cat(features, dim=0)


@right("finetuning.cache_features")
def on_a_copy(encoder, batches):
    """The caller's encoder is never touched."""
    own = copy.deepcopy(encoder).eval()
    with torch.set_grad_enabled(False):
        return torch.vstack([own(**batch).select(1, 0) for batch in batches])


@right("finetuning.cache_features")
@torch.no_grad()
def row_by_row(encoder, batches):
    training = [each for each in encoder.modules() if each.training]
    for each in training:
        each.training = False
    try:
        rows = [row for batch in batches for row in encoder(**batch)[:, 0]]
    finally:
        for each in training:
            each.training = True
    return torch.stack(rows)


@right("finetuning.cache_features")
def detached_one_by_one(encoder, batches):
    modes = [each.training for each in encoder.modules()]
    try:
        encoder.train(False)
        features = None
        for batch in batches:
            piece = encoder.forward(**batch).detach()[:, :1].squeeze(1)
            features = piece if features is None else torch.cat((features, piece))
    finally:
        for each, mode in zip(encoder.modules(), modes, strict=True):
            each.training = mode
    return features


@right("finetuning.cache_features")
def written_into_one_tensor(encoder, batches):
    with ExitStack() as stack, torch.no_grad():
        for each in encoder.modules():
            stack.callback(setattr, each, "training", each.training)
        encoder.eval()
        outputs = [encoder(**batch) for batch in batches]
    out = outputs[0].new_empty(sum(len(each) for each in outputs), outputs[0].shape[-1])
    start = 0
    for each in outputs:
        out[start : start + len(each)] = each[:, 0]
        start += len(each)
    return out
