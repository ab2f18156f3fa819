"""One run of so many steps: what learns in it, what it is counted to cost, and that vectors kept change nothing."""

import pytest
import torch
from torch import Tensor

from bertkit.claims.tuned import REGIMES, Tuned, tuned
from bertkit.finetuning.costs import layer_parameters
from bertkit.model.bert import BertForTokenClassification
from bertkit.model.freeze import FrozenEncoder
from bertkit.model.pretrained import load_encoder, shipped
from bertkit.tasks import STORY_TASKS

TASK = STORY_TASKS["entities"](12, 6, 0)
STEPS = 3


def run(regime: str, cached: bool = True) -> Tuned:
    return tuned(shipped(), TASK, REGIMES[regime], STEPS, 1, from_scratch=regime == "from scratch", cached=cached)


def encoder(learned: Tuned) -> dict[str, Tensor]:
    found = learned.learning.model.bert
    return (found.encoder if isinstance(found, FrozenEncoder) else found).state_dict()


def head(learned: Tuned) -> dict[str, Tensor]:
    weights = learned.learning.model.state_dict()
    return {name: weight for name, weight in weights.items() if not name.startswith("bert.")}


def test_vectors_kept_and_made_again_give_the_same_head_above_an_encoder_that_has_not_moved() -> None:
    kept, again, whole = run("frozen"), run("frozen", cached=False), run("end to end")
    assert head(kept)
    torch.testing.assert_close(head(kept), head(again))
    assert kept.score(TASK.test) == again.score(TASK.test)
    still = load_encoder(shipped(), BertForTokenClassification, TASK.labels)[0].bert.state_dict()
    assert all(torch.equal(weight, encoder(each)[name]) for each in (kept, again) for name, weight in still.items())
    assert not all(torch.equal(weight, encoder(whole)[name]) for name, weight in still.items())


def test_costs_are_those_of_what_the_encoder_reads() -> None:
    kept, again, whole = run("frozen"), run("frozen", cached=False), run("end to end")
    weights = layer_parameters(whole.learning.model.config)
    once = sum(len(row.input_ids) for row in whole.learning.rows.rows)
    assert (kept.tokens, again.tokens, whole.tokens) == (once, STEPS * once, STEPS * once)  # 12 examples fit a batch
    assert (kept.flops, again.flops, whole.flops) == tuple(
        weights * tokens for tokens in (2 * once, 2 * STEPS * once, 6 * STEPS * once)
    )


def test_from_scratch_nothing_is_the_checkpoint_s() -> None:
    scratch = run("from scratch").learning
    assert sorted(scratch.fresh) == sorted(scratch.model.state_dict())
    assert scratch.settings.max_steps == STEPS
    assert not scratch.settings.frozen


@pytest.mark.parametrize(("name", "measure"), [("entities", "entity_f1"), ("pos", "token_accuracy")])
def test_the_score_is_by_the_task_s_own_measure(name: str, measure: str) -> None:
    task = STORY_TASKS[name](12, 6, 0)
    learned = tuned(shipped(), task, REGIMES["end to end"], 12, 1)
    assert learned.score(task.test) == learned.learning.score(task.test)[measure]
