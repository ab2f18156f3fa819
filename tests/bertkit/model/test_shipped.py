"""The checkpoint that comes with the course: what its card promises."""

import json
import re
from itertools import pairwise, product
from pathlib import Path

import pytest
import torch

from bertkit.data.batches import pad_batch
from bertkit.evaluation.copying import KINDS, NAMES
from bertkit.evaluation.pretraining import Scores
from bertkit.evaluation.stories import score_on_stories
from bertkit.inference.fill_mask import fill_mask
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.folder import SUMS_FILE, check_sums, sha256
from bertkit.model.pretrained import load_pretrained, shipped
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.template import Template, forms
from bertkit.tasks import STORY_TASKS

CARD = (shipped() / "README.md").read_text(encoding="utf-8")
LOG = [json.loads(line) for line in (shipped() / "training_log.jsonl").read_text(encoding="utf-8").splitlines()]
WORLD = StoryWorld()
MB_12 = 12 * 1000**2
STAGES = {"words": 8000, "copying": 4000, "both": 16_000}
"""Steps of each."""
MLM_SHARE, MLM_GAP = 0.97, 0.1
"""Of the exact limit, and in nats above the floor; the card says by how much it is better."""
COPIED = {"one_name": 0.9, "two_names": 0.9, "toy": 0.8, "word": 0.93}
FRAME_SHARE = 0.99


@pytest.fixture(scope="module")
def scored() -> tuple[Scores, Scores]:
    """Its scores on stories that it has not read, and what nobody can beat there."""
    scores, floor = score_on_stories(*load_pretrained(shipped(), BertForPreTraining), stories=150, seed=8_000_009)
    assert floor is not None
    return scores, floor


def test_it_is_small_and_whole() -> None:
    assert sum(file.stat().st_size for file in shipped().rglob("*") if file.is_file()) <= MB_12
    check_sums(shipped())
    assert f"{sha256(shipped() / 'model.safetensors')}  model.safetensors\n" in (shipped() / SUMS_FILE).read_text()


@pytest.mark.slow
def test_it_is_near_the_exact_limit(scored: tuple[Scores, Scores]) -> None:
    scores, floor = scored
    assert scores.mlm_accuracy >= MLM_SHARE * floor.mlm_accuracy
    assert scores.mlm_loss <= floor.mlm_loss + MLM_GAP
    assert scores.nsp_accuracy is not None
    assert floor.nsp_accuracy is not None
    assert scores.nsp_accuracy >= 0.95 * floor.nsp_accuracy


@pytest.mark.slow
def test_nobody_beats_the_floor(scored: tuple[Scores, Scores]) -> None:
    scores, floor = scored
    assert 0 < floor.mlm_loss < scores.mlm_loss
    assert floor.mlm_accuracy > scores.mlm_accuracy


def test_it_knows_the_course_s_sentence() -> None:
    model, tokenizer = load_pretrained(shipped(), BertForMaskedLM)
    (guesses,) = fill_mask(model, tokenizer, "this teddy [MASK] is so cute .")
    assert guesses[0].token == "bear"
    assert guesses[0].probability > 0.9


def test_transformers_opens_it() -> None:
    import transformers

    theirs = transformers.AutoModelForPreTraining.from_pretrained(shipped())
    tokenizer = transformers.AutoTokenizer.from_pretrained(shipped())
    inputs = tokenizer("this teddy [MASK] is so cute .", "it was mine .", return_tensors="pt")
    ours, _ = load_pretrained(shipped(), BertForPreTraining)
    with torch.no_grad():
        mlm, nsp = ours(**inputs)
        expected = theirs(**inputs)
    torch.testing.assert_close(mlm, expected.prediction_logits, atol=1e-5, rtol=0)
    torch.testing.assert_close(nsp, expected.seq_relationship_logits, atol=1e-5, rtol=0)


def frames() -> list[tuple[str, str, Template, Template]]:
    """Every two neighbouring sentences that both name the hero and nobody else, or both the friend: (plot, role, …)."""
    return [
        (plot, role, first, second)
        for plot, steps in WORLD.steps.items()
        for one, other in pairwise(steps)
        for first, second in product(one.values, other.values)
        for role, nobody in (("hero", "friend"), ("friend", "hero"))
        if all(each.text.count(f"{{{role}}}") == 1 and f"{{{nobody}" not in each.text for each in (first, second))
    ]


def said_twice(plot: str, role: str, first: Template, second: Template, name: str) -> str:
    """The two sentences about somebody, the name in the second one hidden."""
    place = STORYBOOK.places[WORLD.topics[plot]].values[0]
    (person,) = (each for each in STORYBOOK.cast.values if each.name == name)
    said = forms(role, person)
    for other, value in (("toy", STORYBOOK.toys.values[0]), ("mood", STORYBOOK.moods.values[0]), ("place", place)):
        said |= forms(other, value)
    hidden = said | {role: "[MASK]", f"{role}.name": "[MASK]"}
    return f"{first.realise(said, [0] * len(first.choices))} {second.realise(hidden, [0] * len(second.choices))}"


def best_guesses(texts: list[str]) -> list[str]:
    """What the checkpoint names first, each text with one [MASK]."""
    model, tokenizer = load_pretrained(shipped(), BertForMaskedLM)
    mask, found = tokenizer.token_to_id("[MASK]"), []
    rows = [tokenizer.encode(text).ids for text in texts]
    with torch.no_grad():
        for start in range(0, len(rows), 64):
            ids, attention = pad_batch(rows[start : start + 64], 0)
            found += model(ids, attention)[ids == mask].argmax(-1).tolist()
    return [str(tokenizer.id_to_token(token)) for token in found]


def test_it_names_who_was_named_before() -> None:
    names = sorted(NAMES)
    texts = [f"{name} was ready for bed . where is my teddy bear ? asked [MASK] ." for name in names]
    assert best_guesses(texts) == names


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(NAMES))
def test_it_copies_a_name_in_every_frame(name: str) -> None:
    """Some tens of frames of hundreds may go wrong; the card says how many do."""
    guesses = best_guesses([said_twice(*frame, name) for frame in frames()])
    assert len(guesses) > 300
    assert guesses.count(name) >= FRAME_SHARE * len(guesses)


@pytest.mark.slow
def test_it_copies(scored: tuple[Scores, Scores]) -> None:
    scores, limits = scored
    for kind, share in COPIED.items():
        assert limits.copied[kind] > 0.9
        assert scores.copied[kind] >= share, kind


def test_a_tenth_of_the_words_that_name_something_are_cut() -> None:
    _, tokenizer = load_pretrained(shipped(), BertForMaskedLM)
    named = [
        word
        for seed in range(3)
        for example in STORY_TASKS["entities"](400, 100, seed).train
        for word, tag in zip(example.words, example.tags, strict=True)
        if tag != "O"
    ]
    cut = [word for word in named if len(tokenizer.encode(word, add_special_tokens=False).ids) > 1]
    assert len(cut) >= 0.08 * len(named)  # a sample: the card says what share of more words it is
    assert not NAMES.intersection(cut)
    for word in named:
        assert "[UNK]" not in tokenizer.encode(word).tokens


def test_the_log_is_of_this_training() -> None:
    steps = [line for line in LOG if "loss" in line]
    evaluations = [line for line in LOG if "evaluation_mlm_loss" in line]
    assert [line["step"] for line in steps] == [
        step for length in STAGES.values() for step in range(100, length + 1, 100)
    ]
    assert len(evaluations) == sum(length // 1000 - 1 for length in STAGES.values())
    assert evaluations[-1]["evaluation_mlm_loss"] < evaluations[0]["evaluation_mlm_loss"] / 4
    assert evaluations[-1]["evaluation_copied_one_name"] > 0.9 > evaluations[0]["evaluation_copied_one_name"] + 0.5
    assert steps[-1]["learning_rate"] < max(line["learning_rate"] for line in steps) / 100


def test_the_card_names_the_commands_of_the_makefile() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("ALL_STAGES := ")[2].partition("\tcp ")[0].replace("$(MAKING)", "runs/story_world")
    stages = re.findall(r"\$\(call STAGE,\S+/(\w+),(.*?)\)\n", recipe, re.DOTALL)
    assert [name for name, _ in stages] == list(STAGES)
    shared = recipe.partition("# Called")[0]
    for name, text in (*stages, ("all", shared)):
        options = re.findall(r"--[a-z-]+(?: [^-\s\\]\S*)?", text)
        assert len(options) > 5
        for option in options:
            assert option in CARD, option
        if name in STAGES:
            assert f"--steps {STAGES[name]}" in text


@pytest.mark.slow
def test_the_card_s_figures_are_measured(scored: tuple[Scores, Scores]) -> None:
    """The card quotes more stories than are scored here, hence the width."""
    row = re.search(r"\| hidden words \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) % \| ([\d.]+) % \|", CARD)
    assert row
    loss, floor_loss, accuracy, limit = map(float, row.groups())
    scores, floor = scored
    assert abs(loss - scores.mlm_loss) < 0.06
    assert abs(floor_loss - floor.mlm_loss) < 0.03
    assert abs(accuracy / 100 - scores.mlm_accuracy) < 0.02
    assert abs(limit / 100 - floor.mlm_accuracy) < 0.01
    for kind, words in KINDS.items():
        row = re.search(rf"\| {words} \| ([\d.]+) % \| ([\d.]+) % \|", CARD)
        assert row, words
        for quoted, measured in zip(row.groups(), (scores.copied[kind], floor.copied[kind]), strict=True):
            assert abs(float(quoted) / 100 - measured) < 0.15, words  # of some fifty questions
