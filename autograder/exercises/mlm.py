"""Lesson 2, the masked language model: the statements of its exercises, and how answers are run."""

from typing import Any

import torch
from torch import nn

from autograder.calls import BEFORE, EVALUATION, KEPT, Call, gradients_of, watched_alias
from autograder.exercise import Difficulty, Exercise, Hint, Inputs, Part
from autograder.exercises import mlm_cases as cases
from autograder.modules import is_trained, of_module

run_select_positions = Call(("input_ids", "special_tokens_mask", "probability"), generator=torch.Generator)
run_corrupt = Call(("input_ids", "selected", "mask_token_id", "vocab_size"), generator=torch.Generator)
run_mlm_labels = Call(("input_ids", "selected"))
run_mlm_loss = Call(("logits", "labels"), gradients=("logits",))

HEAD_PARAMETERS = ("dense.weight", "dense.bias", "norm.weight", "norm.bias", "decoder.bias")


def run_mlm_head(answer: Any, inputs: Inputs) -> Any:
    """Build the head around a given embedding table, look at it, give it known weights, and use it.

    Returns logits, the gradients that reach the table, the parameters and the input, and what the head looked like at
    birth: which parameters it lacks or has frozen, whether building it changed the embeddings, whether the decoder
    holds the table itself, whether another head on the same table shares more with it than the table.
    """
    table: torch.Tensor = inputs["embeddings"]
    with torch.random.fork_rng(devices=[]):  # starting weights may come from the global generator
        rows, size = table.shape
        embeddings = nn.Embedding(rows, size, padding_idx=inputs["padding_idx"], dtype=table.dtype)
        with torch.no_grad():
            embeddings.weight.copy_(table)
        embeddings.weight.requires_grad_(not inputs["table_frozen"])
        embeddings.weight.grad = torch.ones_like(table)
        embeddings.train(inputs["training"])
        table_at_birth = embeddings.weight
        other = answer(table.shape[1], embeddings).to(table.dtype)
        head = answer(table.shape[1], embeddings).to(table.dtype)
    own = {name: of_module(head, name) for name in HEAD_PARAMETERS}
    bias = own["decoder.bias"]
    outputs: dict[str, Any] = {
        "missing": [name for name, tensor in own.items() if tensor is None],
        "table_changed": embeddings.weight is not table_at_birth
        or table_at_birth.requires_grad == inputs["table_frozen"]
        or embeddings.training != inputs["training"]
        or table_at_birth.grad is None
        or not bool((table_at_birth.grad == 1).all())
        or not torch.equal(table_at_birth, table),
        "weight_is_table": of_module(head, "decoder.weight") is table_at_birth,
        "bias_at_birth": None if bias is None else bias.detach().clone(),
        "trained": [name for name, tensor in own.items() if is_trained(head, tensor)],
        "shared": len({*head.parameters()} & {*other.parameters()} - {table_at_birth}),
        "parameter_elements": sum(each.numel() for each in {*head.parameters(), table_at_birth}),
        "logits": None,
        "gradients": {},
    }
    with torch.no_grad():
        for name, tensor in own.items():
            if tensor is not None:
                tensor.copy_(inputs[name])
        # A head that merely copied the table does not see it change.
        table_at_birth.add_(inputs["embeddings_change"])
    for each in (head, other):
        each.train(inputs["training"])
    if BEFORE in inputs:
        other(inputs[BEFORE].get("hidden", inputs["hidden"]))
        kept = head(inputs[BEFORE].get("hidden", inputs["hidden"]))
    hidden = watched_alias(inputs, "hidden")
    if inputs.get(EVALUATION):
        with torch.no_grad():
            outputs["logits"] = head(inputs["hidden"])
        return outputs
    outputs["logits"] = logits = head(hidden)
    watched = {"hidden": hidden, "embeddings": table_at_birth, **own}
    sources = {name: tensor for name, tensor in watched.items() if tensor is not None and tensor.requires_grad}
    outputs["gradients"] = dict.fromkeys(watched) | dict(
        zip(sources, gradients_of(logits, list(sources.values())), strict=True)
    )
    inputs["hidden"].grad = hidden.grad
    if inputs.get(KEPT):
        outputs["logits"] = kept
    return outputs


SELECT_POSITIONS = Exercise(
    id="mlm.select_positions",
    title="Select the positions to predict",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Select too few and training is slow, too many and there is no context left. And a model asked to predict "
    "padding learns padding.",
    parts=(
        Part("rate", "every ordinary position is selected independently, with the given probability", 1.5),
        Part("special", "special positions and padding are never selected", 1),
        Part("range", "a probability outside 0 to 1 raises a ValueError that contains it", 0.5),
    ),
    hints=(
        Hint(
            "I do not know how to flip a coin per position",
            "One number a position, uniform between 0 and 1, is below 0.15 in 15 % of the cases. "
            "`torch.rand` draws as many at once as you like, and takes `generator=`.",
        ),
        Hint(
            "padding keeps turning up among the selected",
            "You have two conditions on each position: its number is small enough, *and* it is not special. Boolean "
            "tensors know `&` and `~`.",
        ),
        Hint(
            "NaN slips through my check",
            "Every comparison with NaN is False, so ask whether the probability is *inside* the range and negate "
            "that, instead of asking whether it is outside.",
        ),
    ),
    defines=("bertkit.objectives.mlm:select_positions",),
    run=run_select_positions,
    visible=cases.SELECT_POSITIONS,
)

CORRUPT = Exercise(
    id="mlm.corrupt",
    title="Corrupt the selected positions",
    difficulty=Difficulty.MEDIUM,
    minutes=15,
    why="`[MASK]` never occurs in real text. The two small shares make the model say something useful about words that "
    "it *can* see; section 6 measures what happens without them.",
    parts=(
        Part("shares", "80 % become [MASK], 10 % a random token, 10 % stay, each independently", 2),
        Part("unselected", "positions that are not selected never change", 1),
        Part("vocabulary", "random tokens come uniformly from the whole vocabulary, one draw a position", 1),
    ),
    hints=(
        Hint(
            "how do I split the selected into three groups?",
            "Draw *one* uniform number a position and cut the line from 0 to 1 in three: below 0.8, from 0.8 to 0.9, "
            "and the rest.",
        ),
        Hint(
            "my shares are close to 80/10/10, yet not right",
            "Two independent draws do not add up: whoever draws 10 % *of the positions that were not masked* gets 2 % "
            "of all selected ones. Either use one draw, or give half of the remaining 20 % to each.",
        ),
        Hint(
            "tokens outside the selection change too",
            "Build the random tokens and the masks for the whole batch, that is easy and fast, and choose between them "
            "and the original with `torch.where`; its condition must contain `selected`.",
        ),
    ),
    defines=("bertkit.objectives.mlm:corrupt",),
    run=run_corrupt,
    equivalents=("bertkit.objectives.mlm:corrupt_by",),
    visible=cases.CORRUPT,
)

MLM_LABELS = Exercise(
    id="mlm.mlm_labels",
    title="Say what is to be predicted",
    difficulty=Difficulty.EASY,
    minutes=5,
    why="The labels decide what the model is paid for. Paid at every position, it would learn to copy.",
    parts=(
        Part("selected", "the label is the original token wherever a position is selected", 1),
        Part("elsewhere", "the label is -100 everywhere else", 1),
    ),
    hints=(
        Hint(
            "where do I learn which fate a token met?",
            "You need not. All three kinds, masked, random and kept, are predicted alike: the label looks at the "
            "original ids and at the selection only.",
        ),
        Hint(
            "why -100?",
            "Torch's cross-entropy leaves out positions whose label is its `ignore_index`, and that is -100 unless "
            "told otherwise. 0 and -1 will not do: 0 is a token.",
        ),
        Hint(
            "I have a list of tokens, not a tensor of my batch's shape",
            "`input_ids[selected]` forgets where the tokens stood. `torch.where(condition, a, b)` keeps the shape.",
        ),
    ),
    defines=("bertkit.objectives.mlm:mlm_labels",),
    run=run_mlm_labels,
    equivalents=("bertkit.objectives.next_token:next_token_labels",),
    visible=cases.MLM_LABELS,
)

MLM_HEAD = Exercise(
    id="mlm.MLMHead",
    title="Build the head that names the hidden word",
    difficulty=Difficulty.MEDIUM,
    minutes=15,
    why="The decoder reuses the embedding table: the vector that means *bear* going in is the vector that *bear* is "
    "recognised by coming out. That table is a fifth of all parameters, in BERT-base as in this lesson's model.",
    parts=(
        Part("logits", "dense, GELU, norm and decoder give the right scores", 2),
        Part("tied", "the decoder's weight is the embedding table itself", 1.5),
        Part("bias", "the decoder has a bias of its own that starts at zero", 0.5),
    ),
    hints=(
        Hint(
            "my head does not notice when the embeddings change",
            "Copying the numbers is not sharing them. A parameter is shared when two modules hold the *same* "
            "`nn.Parameter` object: `module_a.weight = module_b.weight`.",
        ),
        Hint(
            "my scores are nearly right, off in the third digit",
            "There are two GELUs: the exact one (`F.gelu`'s default) and a tanh approximation. BERT uses the exact "
            "one. The norm's `eps` is 1e-12, not torch's default.",
        ),
        Hint(
            "the bias is not zero at the start",
            "`nn.Linear` fills its bias with small random numbers when it is built. `nn.init.zeros_` puts that right.",
        ),
    ),
    defines=("bertkit.model.heads:MLMHead",),
    run=run_mlm_head,
    visible=cases.MLM_HEAD,
    entries=cases.ENTRIES_OF_A_HEAD,
)

MLM_LOSS = Exercise(
    id="mlm.mlm_loss",
    title="Compute the loss where there is something to predict",
    difficulty=Difficulty.MEDIUM,
    minutes=10,
    why="This one number steers everything the model learns. It is also where masked language models break most "
    "often, and a broken loss still falls.",
    parts=(
        Part("mean", "the mean cross-entropy over the labelled positions", 2),
        Part("empty", "exactly 0, with gradient 0, where no position has a label", 1),
    ),
    hints=(
        Hint(
            "my loss is nan now and then",
            "A small batch may have no selected position at all. The mean over nothing is 0 / 0. Divide by at least 1.",
        ),
        Hint(
            "my loss is too good to be true",
            "Look at the denominator. Dividing the sum by *all* positions makes the loss about seven times too small, "
            "and as many times too small a learning signal.",
        ),
        Hint(
            "cross_entropy complains about shapes",
            "It wants scores of shape (N, V) and labels of shape (N,). Reshape both; the last dimension of the logits "
            "is the vocabulary.",
        ),
    ),
    defines=("bertkit.objectives.mlm:mlm_loss",),
    run=run_mlm_loss,
    visible=cases.MLM_LOSS,
)

EXERCISES = (SELECT_POSITIONS, CORRUPT, MLM_LABELS, MLM_HEAD, MLM_LOSS)
