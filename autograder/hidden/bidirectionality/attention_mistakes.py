"""Mistakes that people make in `bidirectionality.attention`."""

import math

import torch
from torch import Tensor

from autograder.judging.parts import Mistakes
from bertkit.model.attention import attention

mistake = Mistakes()
Pair = tuple[Tensor, Tensor]
Mask = Tensor | None


def raw_scores(query: Tensor, key: Tensor) -> Tensor:
    return query @ key.transpose(-2, -1)


def scaled(query: Tensor, key: Tensor) -> Tensor:
    return raw_scores(query, key) / math.sqrt(query.shape[-1])


def hidden_by(mask: Mask, scores: Tensor, fill: float) -> Tensor:
    return scores if mask is None else scores.masked_fill(~mask, fill)


def weights_from(scores: Tensor, mask: Mask, dim: int = -1) -> Tensor:
    """The right way from scores to weights."""
    if mask is None:
        return scores.softmax(dim=dim)
    return hidden_by(mask, hidden_by(mask, scores, torch.finfo(scores.dtype).min).softmax(dim=dim), 0.0)


def mixed(weights: Tensor, value: Tensor) -> Pair:
    return weights @ value, weights


@mistake(
    "The scores are not divided by sqrt(d). The wider the vectors, the nearer to 0 and 1 the weights.",
    "What stands under q·k in the formula.",
)
def unscaled(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key), mask), value)


@mistake("The scores are divided by d, not by its root.", "The root in the formula.")
def divided_by_d(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / query.shape[-1], mask), value)


@mistake("The scores are multiplied by sqrt(d).", "On which side of the `/` the root stands, or the sign of a power.")
def multiplied_by_root(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) * math.sqrt(query.shape[-1]), mask), value)


@mistake(
    "The root is that of the number of keys. d is how many numbers a query has.",
    "The index into the shape whose root you take.",
)
def root_of_keys(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / math.sqrt(key.shape[-2]), mask), value)


@mistake(
    "The root is that of the number of queries. d is how many numbers a query has.",
    "The index into the shape whose root you take.",
)
def root_of_queries(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / math.sqrt(query.shape[-2]), mask), value)


@mistake(
    "The root is that of the width of the values. It belongs to queries and keys, which may be narrower or wider.",
    "The tensor whose shape you look at.",
)
def root_of_value_width(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / math.sqrt(value.shape[-1]), mask), value)


@mistake("The square root was taken of the scores, or of something else than d.", "What stands inside of the root.")
def divided_by_fourth_root(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / query.shape[-1] ** 0.25, mask), value)


@mistake(
    "The width 64 is written into the code. It is that of one head of BERT; yours depends on what comes in.",
    "The number that you divide by.",
)
def width_of_bert(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key) / 8.0, mask), value)


@mistake(
    "The scores are divided after the softmax, so that the weights add up to less than 1.",
    "The order: scale, mask, softmax.",
)
def scaled_after_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(raw_scores(query, key), mask) / math.sqrt(query.shape[-1]), value)


@mistake(
    "The softmax runs over the queries, so that each *key* shares itself out. Each query has to share over the keys.",
    "The `dim` of the softmax: along which dimension should weights add up to 1?",
)
def softmax_over_queries(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(scaled(query, key), mask, dim=-2), value)


@mistake(
    "The softmax runs over dimension 1. Which one that is depends on how many stand in front.",
    "The `dim` of the softmax: count from the end.",
)
def softmax_over_dimension_one(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(scaled(query, key), mask, dim=1), value)


@mistake("There is no softmax: raw scores are used as weights.", "What turns scores into shares that add up to 1.")
def no_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key), 0.0), value)


@mistake("The mask makes no difference: everything is attended to.", "Where `mask` enters your code.")
def mask_ignored(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value)


@mistake(
    "The mask is read the wrong way round: True says what may be attended to, and that was hidden.",
    "A `~` too many, or one that is missing.",
)
def mask_inverted(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, None if mask is None else ~mask)


def seen_by(mask: Mask, scores: Tensor, fill: float) -> Tensor:
    """The mask the wrong way round: what may be attended to is filled."""
    return scores if mask is None else scores.masked_fill(mask, fill)


@mistake(
    "The mask is read the wrong way round: what may be seen gets minus infinity. Where all may be seen, that is nan.",
    "The condition that decides what is filled: is it True for what may be attended to?",
)
def mask_inverted_to_minus_infinity(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(seen_by(mask, scaled(query, key), -torch.inf).softmax(dim=-1), value)


@mistake(
    "The mask is read the wrong way round: what may be seen gets the low score, and what may not is attended to.",
    "The condition that decides what is filled: is it True for what may be attended to?",
)
def mask_inverted_to_low_score(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(seen_by(mask, scaled(query, key), -1e9).softmax(dim=-1), value)


@mistake(
    "The mask is read the wrong way round: what may be seen gets the low score. -10000 is not low enough either.",
    "The condition that decides what is filled: is it True for what may be attended to?",
)
def mask_inverted_to_minus_ten_thousand(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(seen_by(mask, scaled(query, key), -10000.0).softmax(dim=-1), value)


@mistake(
    "The mask is read the wrong way round before the softmax, and the right way after it: hardly anything is left.",
    "Every place where `mask` enters: is the condition True for what should be hidden?",
)
def mask_inverted_before_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, seen_by(mask, scaled(query, key), -1e9).softmax(dim=-1), 0.0), value)


@mistake(
    "The mask is read the wrong way round: what may be seen loses a large number, and what may not is attended to.",
    "What is added or taken away where the mask is True.",
)
def mask_inverted_as_penalty(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    return mixed((scores if mask is None else scores - 1e9 * mask).softmax(dim=-1), value)


@mistake(
    "The mask is read the wrong way round: minus infinity is added to what may be seen. Where all may be, that is nan.",
    "What is added where the mask is True; and gradients, in which the nan stays.",
)
def minus_infinity_added_to_allowed(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    return mixed((scores + seen_by(mask, torch.zeros_like(scores), -torch.inf)).softmax(dim=-1), value)


@mistake(
    "The mask is read the wrong way round: what may be seen gets the low score. Rows without anything are right.",
    "The condition that decides what is filled: is it True for what may be attended to?",
)
def mask_inverted_but_for_empty_rows(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    weights = seen_by(mask, scaled(query, key), -1e9).softmax(dim=-1)
    return mixed(weights if mask is None else hidden_by(mask.any(dim=-1, keepdim=True), weights, 0.0), value)


@mistake(
    "Weights were set to 0 after the softmax, and what was taken away is missing: they add up to less than 1.",
    "The mask has to act before the softmax.",
)
def masked_after_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key).softmax(dim=-1), 0.0), value)


@mistake(
    "Scores of hidden keys were set to 0, or to hardly more. exp(0) is 1, so they still get a share.",
    "The number that a hidden score is set to: what becomes of it in the softmax?",
)
def zero_for_hidden_scores(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key), 0.0).softmax(dim=-1), value)


@mistake(
    "Where nothing is allowed, minus infinity stands everywhere, and the softmax is 0 / 0.",
    "A row of the mask that is all False, step by step.",
)
def nan_where_nothing_is_allowed(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key), -torch.inf).softmax(dim=-1), value)


@mistake(
    "Minus infinity was added, and nan repaired in the values alone: on the way back it spoils all gradients.",
    "What goes *into* the softmax of a row that is all hidden; afterwards it is too late.",
)
def nan_left_in_gradients(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    if mask is not None:
        scores = scores + hidden_by(mask, torch.zeros_like(scores), -torch.inf)
    return mixed(scores.softmax(dim=-1).nan_to_num(0.0), value)


@mistake(
    "Where nothing is allowed, all keys get the same share. Nothing should be attended to there: all weights are 0.",
    "A row of the mask that is all False: what does the softmax of equal numbers give?",
)
def equal_shares_where_nothing_is_allowed(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key), torch.finfo(query.dtype).min).softmax(dim=-1), value)


@mistake(
    "A large number is taken from hidden scores. Where all are hidden it is taken from all, which changes nothing.",
    "A row of the mask that is all False, step by step.",
)
def penalty_for_hidden_scores(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    return mixed((scores if mask is None else scores - 1e9 * (~mask)).softmax(dim=-1), value)


@mistake(
    "-10000 is not low enough: where scores are large, a hidden key still gets a share.",
    "The number that stands for minus infinity: what is the lowest that the type has?",
)
def hidden_at_minus_ten_thousand(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = hidden_by(mask, scaled(query, key), -10000.0)
    empty = None if mask is None else mask.any(dim=-1, keepdim=True)
    return mixed(hidden_by(empty, scores.softmax(dim=-1), 0.0), value)


@mistake(
    "10000 is taken from hidden scores, which is not enough where scores are large.",
    "What is left of a hidden score that was larger than that.",
)
def minus_ten_thousand_added(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    if mask is None:
        return mixed(scores.softmax(dim=-1), value)
    return mixed(hidden_by(mask.any(dim=-1, keepdim=True), (scores - 10000.0 * (~mask)).softmax(dim=-1), 0.0), value)


@mistake(
    "The mask is added to the scores as 0 and 1, which hides nothing.",
    "What a hidden score should become before the softmax.",
)
def mask_added(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    return mixed((scores if mask is None else scores + mask).softmax(dim=-1), value)


@mistake(
    "exp of a large score overflows, and inf / inf is nan; of a very low one nothing is left, and 0 / 0 is nan, too.",
    "`softmax` takes the largest score away first. A formula of your own has to do so as well.",
)
def unstable_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    powers = hidden_by(mask, scaled(query, key).exp(), 0.0)
    total = powers.sum(dim=-1, keepdim=True)
    if mask is not None:
        total = total.masked_fill(~mask.any(dim=-1, keepdim=True), 1.0)
    return mixed(powers / total, value)


UNDERFLOWS = "exp of very low scores is 0, all of them, and so are the weights; exp of large ones overflows to nan."


@mistake(
    UNDERFLOWS + " A least denominator hides the first.",
    "What may be taken away from all scores of a row before `exp`, without changing their shares.",
)
def exp_by_clamped_sum(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    powers = hidden_by(mask, scaled(query, key), -torch.inf).exp()
    return mixed(powers / powers.sum(dim=-1, keepdim=True).clamp(min=1e-9), value)


@mistake(
    UNDERFLOWS + " A least denominator hides the first, and the mask comes after both.",
    "What may be taken away from all scores of a row before `exp`, without changing their shares.",
)
def masked_exp_by_clamped_sum(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    powers = hidden_by(mask, scaled(query, key).exp(), 0.0)
    return mixed(powers / powers.sum(dim=-1, keepdim=True).clamp(min=1e-9), value)


@mistake(
    UNDERFLOWS + " A least denominator hides the first; inf times a 0 of the mask is nan.",
    "What may be taken away from all scores of a row before `exp`, without changing their shares.",
)
def exp_times_mask_by_clamped_sum(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    powers = scaled(query, key).exp()
    powers = powers if mask is None else powers * mask
    return mixed(powers / powers.sum(dim=-1, keepdim=True).clamp(min=1e-9), value)


@mistake(
    UNDERFLOWS + " What is added to the sum hides the first.",
    "What may be taken away from all scores of a row before `exp`, without changing their shares.",
)
def exp_by_sum_plus_something(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    powers = hidden_by(mask, scaled(query, key), -torch.inf).exp()
    return mixed(powers / (powers.sum(dim=-1, keepdim=True) + 1e-9), value)


@mistake(
    "Two dimensions of the result changed places: the weights stand key by query.",
    "Which of the two is transposed in the product of queries and keys.",
)
def key_by_query(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, weights = attention(query, key, value, mask)
    return output, weights.transpose(-2, -1)


@mistake("Weights and output came back in the opposite order.", "The order after `return`: the output comes first.")
def weights_first(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, mask)[::-1]


@mistake("Only the output came back. The weights are asked for, too.", "What stands after `return`.")
def output_alone(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Tensor:
    return attention(query, key, value, mask)[0]


@mistake("Only the weights came back. The output is asked for, too.", "What stands after `return`.")
def weights_alone(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Tensor:
    return attention(query, key, value, mask)[1]


@mistake(
    "The scores came back in the place of the weights.",
    "What stands after `return`: which of your tensors adds up to 1?",
)
def scores_for_weights(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, _ = attention(query, key, value, mask)
    return output, scaled(query, key)


@mistake(
    "The output mixes the keys. Keys say where to look; what is found there are the values.",
    "What the weights are multiplied with.",
)
def mixes_keys(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    _, weights = attention(query, key, value, mask)
    return mixed(weights, key)


@mistake(
    "The output mixes the values by weights from before the mask.",
    "Which of your tensors the values are multiplied with.",
)
def output_without_mask(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value)[0], attention(query, key, value, mask)[1]


@mistake(
    "The weights that come back are cut off: no gradient flows through them. The output is all right.",
    "`detach` on the weights.",
)
def weights_detached(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, weights = attention(query, key, value, mask)
    return output, weights.detach()


@mistake(
    "The output was computed from weights that are cut off: queries and keys learn nothing from it.",
    "`detach` or `no_grad` where the values are mixed.",
)
def output_by_detached_weights(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    _, weights = attention(query, key, value, mask)
    return weights.detach() @ value, weights


@mistake(
    "The dimensions that are multiplied are not turned: `.T` turns all of them, batch and heads too.",
    "`.T` is for matrices: which method turns the last two dimensions alone?",
)
def turns_all_dimensions(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = query @ key.permute(*range(key.dim() - 1, -1, -1)) / math.sqrt(query.shape[-1])
    return mixed(weights_from(scores, mask), value)


@mistake(
    "Queries and keys are not compared pair by pair: key was not turned.",
    "The shapes of the two factors: (Tq, d) and (d, Tk).",
)
def key_not_turned(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = query @ key / math.sqrt(query.shape[-1])
    return mixed(weights_from(scores, mask), value)


@mistake(
    "The mask got a dimension for the heads that it may have already, or not need.",
    "`unsqueeze` on the mask: torch lines up shapes from the right by itself.",
)
def mask_gets_a_dimension(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, None if mask is None else mask.unsqueeze(1))


@mistake(
    "The precision was changed on the way. Results have the type of what they are computed from.",
    "`float()`, `double()`, or a tensor of another type that meets the scores.",
)
def changes_precision(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query.float(), key.float(), value.float(), mask)


@mistake(
    "The weights were divided by their sum plus a small number, so that they add up to less than 1.",
    "What keeps you from dividing by zero: does it act where it need not?",
)
def sum_plus_something(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = hidden_by(mask, scaled(query, key), torch.finfo(query.dtype).min)
    powers = hidden_by(mask, (scores - scores.amax(dim=-1, keepdim=True)).exp(), 0.0)
    return mixed(powers / (powers.sum(dim=-1, keepdim=True) + 1e-6), value)


@mistake("Some weights are dropped at random.", "`dropout`: nothing in this function is random.")
def drops_weights(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    _, weights = attention(query, key, value, mask)
    return mixed(torch.nn.functional.dropout(weights, 0.1), value)


@mistake(
    "The mask is needed: without one, the code stops.",
    "What the signature says `mask` is, if nobody passes one.",
)
def needs_a_mask(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key).masked_fill(~mask, torch.finfo(query.dtype).min)  # type: ignore[operator]
    return mixed(hidden_by(mask, scores.softmax(dim=-1), 0.0), value)


@mistake(
    "The scores have the wrong sign: what fits best gets least.",
    "A minus too many in front of the scores.",
)
def negative_scores(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(-scaled(query, key), mask), value)


@mistake(
    "Queries and keys were made of length 1 before they were compared. The formula has no such step.",
    "What is done to `query` and `key` in front of the product.",
)
def cosine(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    unit = torch.nn.functional.normalize
    return attention(unit(query, dim=-1), unit(key, dim=-1), value, mask)


@mistake("The sigmoid was taken in the place of the softmax: keys do not compete.", "What turns scores into weights.")
def sigmoid(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(hidden_by(mask, scaled(query, key).sigmoid(), 0.0), value)


@mistake(
    "The logarithm of the weights came back with the output.",
    "`log_softmax`, and what stands after `return`.",
)
def log_weights(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, weights = attention(query, key, value, mask)
    return output, weights.log()


@mistake(
    "The best key gets everything. The softmax shares out, and `argmax` lets no gradient through.",
    "`argmax`, `max` and comparisons between scores.",
)
def best_key_alone(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = hidden_by(mask, scaled(query, key), torch.finfo(query.dtype).min)
    weights = torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]).to(scores.dtype)
    return mixed(hidden_by(mask, weights, 0.0), value)


@mistake(
    "Without a mask, the future was hidden all the same. No mask means that everything may be seen.",
    "What your code does where `mask` is None.",
)
def causal_without_mask(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    causal = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool).tril()
    return attention(query, key, value, causal if mask is None else mask)


@mistake(
    "The future is hidden always, beside what the mask hides. What may be seen is for the mask alone to say.",
    "`tril` and `triu`, and comparisons between positions.",
)
def causal_in_any_case(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    causal = torch.ones(query.shape[-2], key.shape[-2], dtype=torch.bool).tril()
    return attention(query, key, value, causal if mask is None else causal & mask)


@mistake(
    "Weights were set to 0 and divided by what was left. Where nothing is left, that is 0 / 0.",
    "A row of the mask that is all False, step by step.",
)
def divided_by_what_is_left(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    weights = hidden_by(mask, scaled(query, key).softmax(dim=-1), 0.0)
    return mixed(weights / weights.sum(dim=-1, keepdim=True), value)


@mistake(
    "-100 is not low enough: where scores are large, a hidden key still gets a share.",
    "The number that stands for minus infinity: what is the lowest that the type has?",
)
def hidden_at_minus_hundred(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = hidden_by(mask, scaled(query, key), -100.0)
    return mixed(hidden_by(mask, scores.softmax(dim=-1), 0.0), value)


@mistake(
    "The largest score of all was taken away, not the largest of each row: nothing may be left of a whole row.",
    "The dimension of your `max`.",
)
def largest_of_all_taken_away(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    scores = scaled(query, key)
    powers = hidden_by(mask, (scores - scores.max()).exp(), 0.0)
    return mixed(powers / powers.sum(dim=-1, keepdim=True).clamp(min=1e-30), value)


@mistake(
    "Where nothing is allowed, everything was allowed. Nothing should be attended to there: all weights are 0.",
    "A row of the mask that is all False: what becomes of it?",
)
def everything_where_nothing_is_allowed(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, None if mask is None else mask | ~mask.any(dim=-1, keepdim=True))


@mistake(
    "The weights are 0 where nothing is allowed, and the output is not: it was mixed before they were.",
    "Which weights the values are multiplied with, and when they are set to 0.",
)
def output_where_nothing_is_allowed(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    before = hidden_by(mask, scaled(query, key), torch.finfo(query.dtype).min).softmax(dim=-1)
    return before @ value, hidden_by(mask, before, 0.0)


@mistake(
    "One mask was used for all queries: what one of them may see, all see.",
    "`any`, `all` and indices on the mask: each query has a row of its own.",
)
def seen_by_some_query(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    some = mask if mask is None or mask.dim() < 2 else mask.any(dim=-2, keepdim=True)
    return attention(query, key, value, some)


@mistake(
    "The mask of the first in the batch was used for all.",
    "An index 0 on the mask.",
)
def mask_of_the_first(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, mask if mask is None or mask.dim() < 3 else mask[0])


@mistake(
    "Rows and columns of the mask changed places: a row is a query, a column a key.",
    "`transpose` on the mask, and which of its dimensions belongs to queries.",
)
def mask_turned(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return attention(query, key, value, None if mask is None else mask.transpose(-2, -1))


@mistake(
    "The query was added to the output, as a layer of a transformer does around its attention.",
    "What is added behind the product of weights and values.",
)
def query_added(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, weights = attention(query, key, value, mask)
    return output + query, weights


@mistake(
    "Precision was lost on the way: results have 64 bits again, and are as exact as 32.",
    "`float()`, and whether what comes in may have 64 bits.",
)
def precision_lost(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    output, weights = attention(query.float(), key.float(), value.float(), mask)
    return output.to(query.dtype), weights.to(query.dtype)


@mistake(
    "Scores were cut off at both ends. Two scores that are both beyond an end are no longer told apart.",
    "`clamp` on the scores: softmax takes care of large ones by itself.",
)
def clamped_scores(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Pair:
    return mixed(weights_from(scaled(query, key).clamp(-50, 50), mask), value)
