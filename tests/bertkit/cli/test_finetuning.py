"""`bertkit finetune`, `evaluate`, `predict` and `nsp`, from files to answers."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import bertkit.cli.finetuning
import bertkit.finetuning.loop
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
from bertkit.model.architectures import architecture
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.pretrained import load_pretrained, save_pretrained
from bertkit.tasks import PairExample, SentenceExample, SpanExample, TokenExample

MEASURES = {
    "sentence": {"accuracy"},
    "pair": {"accuracy"},
    "token": {"token_accuracy", "entity_f1"},
    "span": {"exact_match", "answer_f1"},
}
OTHERS = sorted(MODEL_FOR_FAMILY.keys() - {"pair"})
TEXTS = {
    "sentence": ["The moon and the tree is lovely ."],
    "pair": ["the boat is here .", "the moon and the tree is lovely ."],
    "token": ["The moon the teddy bear !"],
    "span": ["what is the toy ?", "the moon , red ball , the tree ."],
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, small_task: Any, task_model: Any, task_tokenizer: Any) -> Path:
    """A checkpoint with both heads of pre-training, and random weights."""
    path = tmp_path_factory.mktemp("base") / "model"
    model = BertForPreTraining(task_model(small_task("sentence")).config, torch.Generator().manual_seed(0))
    save_pretrained(path, model, task_tokenizer)
    return path


@pytest.fixture(autouse=True)
def small_test_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Story tasks are judged by fewer examples here."""
    monkeypatch.setattr(bertkit.cli.finetuning, "STORY_TEST", 40)


def as_file(examples: Any) -> str:
    """Examples in the format that `--data` takes for their family."""
    match examples[0]:
        case SentenceExample():
            return "\n".join(f"{one.label}\t{one.text}" for one in examples)
        case PairExample():
            return "\n".join(f"{one.label}\t{one.first}\t{one.second}" for one in examples)
        case TokenExample():
            return "\n\n".join("\n".join(map("\t".join, zip(one.words, one.tags, strict=True))) for one in examples)
        case SpanExample():
            paragraphs = [
                {
                    "context": one.passage,
                    "qas": [
                        {"question": one.question, "answers": [{"text": one.answer, "answer_start": one.answer_start}]}
                    ],
                }
                for one in examples
            ]
            return json.dumps({"data": [{"paragraphs": paragraphs}]})
    raise AssertionError


@pytest.fixture
def files(tmp_path: Path, small_task: Any) -> Callable[[Any], list[str]]:
    """Writes an easy task to files; returns the options that name them."""

    def write(family: Any) -> list[str]:
        task = small_task(family)
        for name, examples in (("train", task.train), ("test", task.test)):
            (tmp_path / name).write_text(as_file(examples), encoding="utf-8")
        return ["--data", "train", "--family", family, "--test", "test"]

    return write


@pytest.mark.parametrize("family", ["pair", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_from_files_to_answers(family: Any, files: Any, base: Path, bertkit_command: Any) -> None:
    options = ["--model", str(base), "--epochs", "12", "--learning-rate", "3e-3", "--output", "out", "--json"]
    result = bertkit_command("finetune", *files(family), *options)
    assert (result.status, result.err) == (0, "")
    start, *steps, end = result.objects
    assert (start["event"], start["task"], start["family"], start["examples"]) == ("start", "train", family, 48)
    assert start["learning"] == start["parameters"]
    assert [step["number"] for step in steps] == list(range(1, 37))
    assert end.pop("event") == "end"
    assert end.pop("output") == "out"
    assert set(end) == MEASURES[family] < set(start)
    assert min(end.values()) >= 0.95 > max(start[name] for name in end)

    again = bertkit_command("evaluate", "--data", "test", "--family", family, "--model", "out", "--json")
    assert again.objects == [{"task": "test", "model": "out", **end}]

    said = bertkit_command("predict", *TEXTS[family], "--model", "out").out
    found = bertkit_command("predict", *TEXTS[family], "--model", "out", "--json").objects[0]
    match family:
        case "sentence" | "pair":
            assert re.match(r"  good +\d\d\.\d%  █+\n  bad +\d+\.\d%", said)
            assert found["labels"][0]["name"] == "good"
        case "token":
            assert said == "The moon the [teddy bear TOY] !\n"
            assert [word["tag"] for word in found["words"]] == ["O", "O", "O", "B-TOY", "I-TOY", "O"]
        case "span":
            assert re.match(r"the moon , \[red ball\] , the tree \.\n  red ball +\d\d\.\d%", said)
            assert (found["answer"]["text"], found["answer"]["start"]) == ("red ball", 11)


@pytest.mark.slow
def test_a_task_of_the_story_world_in_words(base: Path, bertkit_command: Any) -> None:
    result = bertkit_command(
        "finetune", "--task", "entities", "--examples", "12", "--epochs", "1", "--model", str(base)
    )
    assert result.status == 0
    for pattern in (
        r"^entities: 12 labelled examples, family token, \d labels: O, B-PERSON",
        r"([\d,]+) of \1 parameters learn; \d+ start from random weights",
        r"before +after\n",
        r"accuracy of words +\d+\.\d% +\d+\.\d%\n",
        r"F1 of entities, unseen words +\d+\.\d% +\d+\.\d%\n",
        r"saved in runs/finetune; try: bertkit predict '.+' --model runs/finetune",
    ):
        assert re.search(pattern, result.out, re.MULTILINE), pattern
    assert re.search(r"1/1 .*loss \d\.\d\d, [\d,]+ tokens/s", result.err)
    evaluated = bertkit_command("evaluate", "--task", "entities")
    after = re.findall(r"\d+\.\d%$", result.out, re.MULTILINE)
    assert re.findall(r"\d+\.\d%$", evaluated.out, re.MULTILINE) == after
    assert len(after) == 4


def test_without_anything_to_judge_by(files: Any, base: Path, bertkit_command: Any) -> None:
    options = files("sentence")[:-2]
    result = bertkit_command("finetune", *options, "--model", str(base), "--epochs", "1")
    assert result.status == 0
    assert "nothing to judge the model by; pass --test FILE" in result.out


@pytest.mark.slow
def test_frozen_leaves_the_encoder_alone(files: Any, base: Path, bertkit_command: Any) -> None:
    result = bertkit_command("finetune", *files("sentence"), "--model", str(base), "--frozen", "--json")
    start = result.objects[0]
    assert start["learning"] == 32 * 32 + 32 + 32 * 2 + 2  # pooler and classifier
    parts = ("pooler.dense", "head.classifier")  # the checkpoint's own pooler stays behind
    assert start["fresh"] == [f"{part}.{name}" for part in parts for name in ("weight", "bias")]
    assert result.objects[-2]["number"] == 30 * 3
    before, _ = load_pretrained(base, BertForPreTraining)
    after, _ = load_pretrained(Path("runs/finetune"), MODEL_FOR_FAMILY["sentence"])
    for name, value in before.bert.state_dict().items():
        assert torch.equal(value, after.bert.state_dict()[name]), name
    assert not torch.equal(before.nsp.dense.weight, after.pooler.dense.weight)


@pytest.mark.slow
def test_the_options_reach_the_training(files: Any, base: Path, bertkit_command: Any, weights_of: Any) -> None:
    options = ["--model", str(base), "--epochs", "1", "--learning-rate", "0.5", "--batch-size", "4", "--json"]
    given = [*files("sentence"), *options, "--examples", "20"]
    weights = []
    for more in ((), (), ("--seed", "1"), ("--layer-decay", "0.5")):
        result = bertkit_command("finetune", *given, *more)
        assert [step["learning_rate"] for step in result.objects[1:-1]] == pytest.approx([0.5, 0.4, 0.3, 0.2, 0.1])
        assert result.objects[0]["examples"] == 20
        weights.append(weights_of(load_pretrained(Path("runs/finetune"), MODEL_FOR_FAMILY["sentence"])[0]))
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], weights[3])


def test_the_seed_decides_where_the_head_starts(files: Any, base: Path, bertkit_command: Any, weights_of: Any) -> None:
    options = [*files("token"), "--model", str(base), "--learning-rate", "1e-12", "--epochs", "1"]
    heads = []
    for seed in ("0", "1"):
        assert bertkit_command("finetune", *options, "--seed", seed).status == 0
        heads.append(weights_of(load_pretrained(Path("runs/finetune"), MODEL_FOR_FAMILY["token"])[0].head))
    assert (heads[0] - heads[1]).abs().max() > 0.01


@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_saves_what_there_is(
    files: Any, base: Path, bertkit_command: Any, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    handler = signal.getsignal(signal.SIGINT)
    steps = bertkit.finetuning.loop.finetune_task

    def pressed_at_2(*arguments: Any) -> Any:
        for step in steps(*arguments):
            if step.number == 2:
                signal.raise_signal(signal.SIGINT)
            yield step

    monkeypatch.setattr(bertkit.finetuning.loop, "finetune_task", pressed_at_2)
    more = ["--json"] if as_json else []
    result = bertkit_command("finetune", *files("token"), "--model", str(base), "--output", "out", *more)
    assert result.status == 130
    if as_json:
        assert result.objects[-1] == {"event": "interrupted", "step": 2, "output": "out"}
    else:
        assert "stopped by Ctrl-C after step 2 of 30; the model is saved in out" in result.out
    assert architecture(Path("out")) is MODEL_FOR_FAMILY["token"]
    assert signal.getsignal(signal.SIGINT) is handler


def test_nsp(base: Path, bertkit_command: Any) -> None:
    arguments = ["nsp", "the moon is here .", "the tree is nice .", "--model", str(base)]
    probability = bertkit_command(*arguments, "--json").objects[0]["follows"]
    said = bertkit_command(*arguments).out
    assert [float(share) for share in re.findall(r"([\d.]+)%", said)] == pytest.approx(
        [100 * probability, 100 - 100 * probability], abs=0.06
    )
    assert [line.split()[0] for line in said.splitlines()] == ["follows", "random"]


@pytest.fixture(scope="module")
def checkpoints(
    base: Path, tmp_path_factory: pytest.TempPathFactory, task_model: Any, task_tokenizer: Any, small_task: Any
) -> list[Path]:
    """Checkpoints of each kind."""
    folder = tmp_path_factory.mktemp("checkpoints")
    (folder / "pretrained").symlink_to(base)
    save_pretrained(
        folder / "words", BertForMaskedLM(load_pretrained(base, BertForPreTraining)[0].config), task_tokenizer
    )
    for family in ("sentence", "token", "span"):
        save_pretrained(folder / family, task_model(small_task(family)), task_tokenizer)
    return list(folder.iterdir())


@pytest.fixture
def folders(checkpoints: list[Path], tmp_path: Path, files: Any) -> Path:
    """Checkpoints of each kind, by name, and files of pairs to learn from."""
    for checkpoint in checkpoints:
        (tmp_path / checkpoint.name).symlink_to(checkpoint)
    files("pair")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ("finetune", ["--task NAME", "sentiment", "--data FILE"]),
        ("finetune --task sentiment --data train --family pair", ["either --task NAME"]),
        (
            "finetune --task feelings",
            ["'feelings'", "sentiment, intent", "entailment-facts, paraphrase-roles, questions-names"],
        ),
        ("finetune --task sentiment --family pair", ["--family pair is for --data"]),
        ("finetune --task sentiment --test test", ["--test test is for --data"]),
        ("finetune --data train", ["family is missing", "sentence, pair, token, span"]),
        ("finetune --data none --family pair", ["none cannot be read"]),
        ("finetune --data train --family sentence", ["train, line 1"]),
        ("finetune --data train --family pair --examples 99", ["99 examples", "has 48"]),
        ("finetune --task sentiment --model none", ["no checkpoint at none"]),
        ("finetune --task sentiment --output train", ["train holds something other than a checkpoint"]),
        ("finetune --task sentiment --layer-decay 1.5", ["--layer-decay", "'1.5'", "less than or equal to 1"]),
        ("finetune --task sentiment --layer-decay 0", ["layer_decay is 0.0", "above 0"]),
        ("finetune --task sentiment --learning-rate 0", ["learning_rate is 0.0", "positive and finite"]),
        ("finetune --task sentiment --learning-rate nan", ["--learning-rate", "'nan'"]),
        ("finetune --task sentiment --frozen --layer-decay 0.5", ["layer_decay is 0.5", "frozen"]),
        ("finetune --task sentiment --epochs 0", ["--epochs", "'0'", "greater than or equal to 1", "--help"]),
        ("evaluate --task sentiment --model words", ["a BertForMaskedLM", "learned no task", "bertkit finetune"]),
        ("evaluate --task entities --model sentence", ["answers sentence and pair tasks, not a TokenExample"]),
        ("evaluate --task pos --model token", ["knows the labels O, B-PERSON", "another task"]),
        ("evaluate --data test --model sentence", ["--family sentence or pair"]),
        ("evaluate --model token", ["--task NAME"]),
        ("predict moon --model pretrained", ["a BertForPreTraining", "learned no task"]),
        ("predict moon --model none", ["no checkpoint at none"]),
        ("predict moon tree --model token", ["leave 'tree' out"]),
        ("predict moon --model span", ['"QUESTION" "PASSAGE"']),
        ("predict", ["TEXT", "--help"]),
        ("nsp moon tree --model sentence", ["a BertForSequenceClassification", "--next-sentence"]),
        ("nsp moon --model pretrained", ["SECOND", "--help"]),
    ],
)
def test_what_is_wrong_is_one_line(folders: Path, bertkit_command: Any, arguments: str, parts: list[str]) -> None:
    bertkit_command(*arguments.split()).assert_refused(*parts)


def test_a_family_that_the_model_has_alone_need_not_be_named(folders: Path, files: Any, bertkit_command: Any) -> None:
    files("token")
    result = bertkit_command("evaluate", "--data", "test", "--model", "token", "--json")
    assert set(result.objects[0]) == {"task", "model", "token_accuracy", "entity_f1"}


def test_the_commands_help_does_not_wait_for_torch(another_python: Callable[..., str]) -> None:
    script = "import sys, bertkit.cli.finetuning, bertkit.cli.predicting; print('torch' in sys.modules)"
    assert another_python(script) == "False\n"
