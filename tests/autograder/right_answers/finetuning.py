"""Right answers to the exercises of lesson 6."""

import copy
import math
import re
from collections import Counter
from contextlib import ExitStack
from itertools import accumulate

import numpy as np
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


# --------------------------------------------------------------------------------------------------------- finetune


@right("finetuning.finetune")
def as_in_a_tutorial(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _epoch in range(epochs):
        losses = []
        for batch in batches:
            loss = model(**batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history


@right("finetuning.finetune")
def by_numpy(model, batches, optimizer, epochs):
    """The mode is set before each batch and put back at the end; numpy's means come back."""
    was_training = model.training
    history = []
    while len(history) < epochs:
        losses = []
        for place in range(len(batches)):
            model.train(True)
            optimizer.zero_grad(set_to_none=True)
            loss = model.forward(**dict(batches[place]))
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.detach().double().numpy())
        history.append(np.mean(losses))
    model.train(was_training)
    return history


@right("finetuning.finetune")
def with_a_closure(model, batches, optimizer, epochs):
    def step(batch):
        def closure():
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    parameter.grad = None
            loss = model(**batch)
            loss.backward()
            return loss

        return float(optimizer.step(closure))

    model.train()
    return [math.fsum(step(batch) for batch in batches) / len(batches) for _ in range(epochs)]


@right("finetuning.finetune")
def by_autograd_grad(model, batches, optimizer, epochs):
    model.train()
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    trained = [each for each in parameters if each.requires_grad]
    history = torch.zeros(epochs, dtype=torch.float64)
    for epoch in range(epochs):
        for batch in batches:
            loss = model(**batch)
            for each in parameters:
                each.grad = None
            for each, gradient in zip(trained, torch.autograd.grad(loss, trained), strict=True):
                each.grad = gradient
            optimizer.step()
            history[epoch] += loss.item() / len(batches)
    return history.tolist()


@right("finetuning.finetune")
def cleared_before_and_after(model, batches, optimizer, epochs):
    """Clears the model's gradients too, and leaves none."""
    history = []
    for _ in range(epochs):
        model.train()
        total = torch.zeros(())
        for batch in batches:
            model.zero_grad()
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            total = total + loss.detach()
        history.append((total / len(batches)).item())
        model.zero_grad()
    return history


# -------------------------------------------------------------------------------------------------------- entity_f1


def same_lengths(predicted, gold):
    if len(predicted) != len(gold) or any(map(lambda pair: len(pair[0]) != len(pair[1]), zip(predicted, gold))):  # noqa: B905, C417
        raise ValueError("there has to be one prediction for each tag")


@right("finetuning.entity_f1")
def with_an_open_entity(predicted, gold):
    """A state machine as in conlleval."""

    def chunks(number, tags):
        found, start, kind = set(), None, None
        for place, tag in enumerate([*tags, "O"]):
            prefix, _, name = tag.partition("-")
            if start is not None and (prefix != "I" or name != kind):
                found.add((number, start, place - 1, kind))
                start = kind = None
            if start is None and prefix in ("B", "I"):
                start, kind = place, name
        return found

    same_lengths(predicted, gold)
    ours = set().union(*(chunks(*each) for each in enumerate(predicted)))
    theirs = set().union(*(chunks(*each) for each in enumerate(gold)))
    hits = len(ours & theirs)
    if not hits:
        return 0.0
    precision, recall = hits / len(ours), hits / len(theirs)
    return 2 * precision * recall / (precision + recall)


@right("finetuning.entity_f1")
def by_ends_of_chunks(predicted, gold):
    """Looks at each tag beside the one before."""

    def begins(tags, place):
        prefix, kind = tags[place][:1], tags[place][2:]
        return prefix == "B" or (prefix == "I" and (place == 0 or tags[place - 1][2:] != kind))

    def spans(tags):
        found = []
        for start in range(len(tags)):
            if begins(tags, start):
                end = start + 1
                while end < len(tags) and tags[end] != "O" and not begins(tags, end):
                    end += 1
                found.append((start, end, tags[start][2:]))
        return found

    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} texts were predicted, and there are {len(gold)}")
    counts = Counter()
    for ours, theirs in zip(predicted, gold, strict=True):
        if len(ours) != len(theirs):
            raise ValueError(f"a text of {len(theirs)} words has {len(ours)} tags")
        ours, theirs = spans(ours), spans(theirs)
        counts["right"] += sum(each in theirs for each in ours)
        counts["wrong"] += sum(each not in theirs for each in ours)
        counts["missed"] += sum(each not in ours for each in theirs)
    right_ones = counts["right"]
    return right_ones / (right_ones + 0.5 * (counts["wrong"] + counts["missed"])) if right_ones else 0.0


@right("finetuning.entity_f1")
def by_regular_expression(predicted, gold):
    """Tags become one line, in which an entity is a pattern."""
    pattern = re.compile(r"[BI]-(\S*) (?:I-\1 )*")

    def found(tags):
        line = "".join(f"{tag} " for tag in tags)
        return [(m.start(), m.group().strip().split(" ", 1)[-1], m.end(), m.group(1)) for m in pattern.finditer(line)]

    def places(tags):
        starts = [0]
        for tag in tags:
            starts.append(starts[-1] + len(tag) + 1)
        return {(starts.index(start), starts.index(end), kind) for start, _, end, kind in found(tags)}

    same_lengths(predicted, gold)
    pairs = [(places(ours), places(theirs)) for ours, theirs in zip(predicted, gold, strict=True)]
    hits = sum(len(ours & theirs) for ours, theirs in pairs)
    total = sum(len(ours) + len(theirs) for ours, theirs in pairs)
    return 2 * hits / total if hits else 0.0


@right("finetuning.entity_f1")
def as_a_harmonic_mean(predicted, gold):
    def entities(sequences):
        everything = []
        for number, tags in enumerate(sequences):
            before = "O"
            for place, tag in enumerate(tags):
                if tag != "O":
                    kind = tag.split("-", 1)[1]
                    if tag[0] == "B" or before == "O" or before.split("-", 1)[1] != kind:
                        everything.append([number, place, place, kind])
                    everything[-1][2] = place
                before = tag
        return {tuple(each) for each in everything}

    same_lengths(predicted, gold)
    ours, theirs = entities(predicted), entities(gold)
    try:
        return 2 / (len(ours) / len(ours & theirs) + len(theirs) / len(ours & theirs))
    except ZeroDivisionError:
        return 0.0


# ------------------------------------------------------------------------------------------ layerwise_learning_rates


def allowed(decay):
    if math.isnan(decay) or decay <= 0 or decay > 1:
        raise ValueError(f"decay has to be in (0, 1], and is {decay!r}")


@right("finetuning.layerwise_learning_rates")
def by_parts(num_layers, base_lr, decay):
    allowed(decay)
    embeddings = base_lr * decay ** (num_layers + 1)
    layers = [base_lr * decay ** (num_layers - layer) for layer in range(num_layers)]
    return [embeddings, *layers, base_lr]


@right("finetuning.layerwise_learning_rates")
def from_the_top(num_layers, base_lr, decay):
    allowed(decay)
    rates = [base_lr]
    while len(rates) < num_layers + 2:
        rates.insert(0, rates[0] * decay)
    return rates


@right("finetuning.layerwise_learning_rates")
def accumulated(num_layers, base_lr, decay):
    allowed(decay)
    steps = accumulate([float(base_lr), *[decay] * (num_layers + 1)], lambda rate, factor: rate * factor)
    return list(steps)[::-1]


@right("finetuning.layerwise_learning_rates")
def with_numpy(num_layers, base_lr, decay):
    allowed(decay)
    return list(base_lr * np.power(float(decay), np.arange(num_layers + 1, -1, -1)))


# --------------------------------------------------------------------------------------------------- training_flops


@right("finetuning.training_flops")
def by_branches(encoder_parameters, tokens, epochs, recipe):
    if recipe == "end-to-end":
        return 6 * encoder_parameters * tokens * epochs
    if recipe == "frozen":
        return 2 * encoder_parameters * tokens * epochs
    if recipe == "cached":
        return 2 * encoder_parameters * tokens
    raise ValueError(f"unknown recipe {recipe}")


@right("finetuning.training_flops")
def by_matching(encoder_parameters, tokens, epochs, recipe):
    match recipe:
        case "end-to-end":
            factor = 2 * epochs + 4 * epochs
        case "frozen":
            factor = 2 * epochs
        case "cached":
            factor = 2
        case _:
            raise ValueError(f"{recipe!r} is no recipe")
    return math.prod((factor, encoder_parameters, tokens))


@right("finetuning.training_flops")
def by_a_table_of_functions(encoder_parameters, tokens, epochs, recipe):
    forward = 2 * encoder_parameters * tokens
    costs = {
        "end-to-end": lambda: 3 * forward * epochs,
        "frozen": lambda: forward * epochs,
        "cached": lambda: forward,
    }
    try:
        return costs[recipe]()
    except KeyError as error:
        raise ValueError(f"the recipes are {', '.join(costs)}, not {recipe!r}") from error


@right("finetuning.training_flops")
def epoch_by_epoch(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"recipe {recipe}")
    forward, total = encoder_parameters * tokens * 2, 0
    for _ in range(1 if recipe == "cached" else epochs):
        total += forward
        if recipe == "end-to-end":
            total += 2 * forward
    return total
