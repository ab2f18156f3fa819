"""What the statements on fine-tuning make of their figures: criteria that can fail, targets, probes."""

from pathlib import Path

import pytest
import torch

from bertkit.claims.claim import Figures, Record, Run, judged
from bertkit.claims.cost_profile import from_scratch
from bertkit.claims.frozen_or_not import DIFFERENCE, LABELS, STATEMENT_12
from bertkit.claims.label_efficiency import SEEN, STATEMENT_11, TASKS, UNSEEN
from bertkit.claims.recipes_for_tasks import HIDDEN, KEPT, MIX, beside_each_other, minus, word_vectors
from bertkit.claims.tasks_without_pairs import words_alone
from bertkit.claims.tuned import REGIMES
from bertkit.data.tokenizer import load_tokenizer
from bertkit.model.pretrained import shipped
from bertkit.objectives.mlm import mlm_loss
from bertkit.randomness import generator
from bertkit.tasks import STORY_TASKS

NO_DIFFERENCE = 0.0


def few_labels(**scores: float) -> Record:
    """Statement 11 on two seeds, every task alike: unseen words, by regime and number of labels."""
    figures = {
        f"{task}, {regime}, {labels}": {
            UNSEEN: scores.get(f"{regime.replace(' ', '_')}_{labels}", 0.5),
            SEEN: scores.get("seen", 0.9),
        }
        for task in TASKS
        for regime in REGIMES
        for labels in (16, 64, 256, 1024)
    }
    return judged(STATEMENT_11, "", {"0": Run(figures, 1.0), "1": Run(figures, 1.0)})


@pytest.mark.parametrize(
    ("scores", "met"),
    [
        ({"frozen_64": 0.9}, [True, True, True]),
        ({"end_to_end_64": 0.9, "frozen_64": 0.2}, [True, True, True]),
        ({"frozen_64": 0.84}, [False, True, True]),
        ({"frozen_64": 0.9, "from_scratch_64": 0.61}, [False, True, True]),
        ({"frozen_64": 0.9, "from_scratch_1024": 0.95}, [True, False, True]),
        ({"frozen_64": 0.9, "seen": 0.84}, [True, True, False]),
    ],
)
def test_each_criterion_of_few_labels_fails_for_its_own_reason(scores: dict[str, float], met: list[bool]) -> None:
    assert list(few_labels(**scores).met.values()) == met


def eight_tasks(changed: dict[str, list[float]]) -> Record:
    """Statement 12 on three seeds: frozen minus end to end is -10, -11 and -12 points, but where it is said."""

    def figures(seed: int) -> Figures:
        rows = {}
        for task in STORY_TASKS:
            for labels in LABELS:
                by = changed.get(f"{task}, {labels}", [-0.10, -0.11, -0.12])[seed]
                by = NO_DIFFERENCE if task in ("sentiment", "intent") and f"{task}, {labels}" not in changed else by
                rows[f"{task}, end to end, {labels}"] = {DIFFERENCE: 0.0, "seconds": 4.0}
                rows[f"{task}, frozen, {labels}"] = {DIFFERENCE: by, "seconds": 1.0}
        return rows

    return judged(STATEMENT_12, "", {str(seed): Run(figures(seed), 1.0) for seed in range(3)})


@pytest.mark.parametrize(
    ("changed", "fails"),
    [
        ({}, []),
        ({"topic, 64": [0.04, 0.05, 0.06]}, ["frozen wins nowhere beyond its interval"]),
        ({"topic, 64": [0.2, -0.1, 0.05]}, []),
        ({"pos, 256": [-0.3, 0.2, 0.0]}, ["end to end wins on part of speech with 256 labels"]),
        ({"questions, 256": [-0.3, 0.2, 0.0]}, ["end to end wins on questions with 256 labels"]),
        ({"entities, 256": [-0.3, 0.2, 0.0]}, ["end to end wins on entities with 256 labels"]),
        ({"intent, 256": [-0.06] * 3}, ["sentiment and intent: within 5 points on average with 256 labels"]),
    ],
)
def test_who_wins_is_told_by_the_interval_of_paired_differences(
    changed: dict[str, list[float]], fails: list[str]
) -> None:
    assert [words for words, holds in eight_tasks(changed).met.items() if not holds] == fails


@pytest.mark.parametrize(("target", "reached"), [(0.0, 1.0), (1.5, 0.0)])
def test_from_scratch_stops_at_the_target_and_else_goes_to_the_end(target: float, reached: float) -> None:
    task = STORY_TASKS["sentiment"](32, 10, 0)
    aims = {"unseen words": target, "seen words": target}
    found = from_scratch(task, 0, True, aims)
    for words in aims:
        assert found[f"the same, {words}"] == reached
        assert 0 < found[f"seconds, {words}"] == found["seconds"]


def test_the_time_is_that_of_the_first_look_at_which_the_target_was_reached() -> None:
    task = STORY_TASKS["sentiment"](32, 10, 0)
    found = from_scratch(task, 0, True, {"unseen words": 1.5, "seen words": 0.0})
    assert (found["the same, unseen words"], found["the same, seen words"]) == (0.0, 1.0)
    assert found["seconds, seen words"] < found["seconds, unseen words"] == found["seconds"]


def test_a_probe_gets_every_word_once_with_its_own_tag_and_token() -> None:
    task = STORY_TASKS["pos"](6, 3, 0)
    vectors, tags, tokens = word_vectors(Path(shipped()), task, task.train)
    words = [word for example in task.train for word in example.words]
    assert vectors.shape == (len(words), 192)
    assert [task.labels[tag] for tag in tags] == [tag for example in task.train for tag in example.tags]
    tokenizer = load_tokenizer(shipped() / "tokenizer.json")
    assert tokens == [tokenizer.encode(word, add_special_tokens=False).ids[0] for word in words]


def test_recipes_stand_beside_each_other_with_their_differences() -> None:
    found = {MIX: {"probe": 0.5}, HIDDEN: {"probe": 0.2}, KEPT: {"probe": 0.6}, "untrained": {"probe": 0.1}}
    row = beside_each_other(found)["probe"]
    assert [row[name] for name in found] == [0.5, 0.2, 0.6, 0.1]
    assert row[minus(HIDDEN)] == pytest.approx(-0.3)
    assert row[minus(KEPT)] == pytest.approx(0.1)


def test_without_next_sentences_nothing_that_is_said_of_a_pair_counts() -> None:
    drawing = generator(0)
    logits, labels = torch.randn(2, 5, 7, generator=drawing), torch.tensor([[-100, 3, -100, 1, -100]] * 2)
    pairs = torch.randn(2, 2, generator=drawing, requires_grad=True)
    loss = words_alone(logits, labels, pairs, torch.tensor([True, False]))
    assert loss == mlm_loss(logits, labels)
    assert not loss.requires_grad
