"""The command line: what it does on a tiny world, and one line for everything that is wrong."""

import re
import signal
from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest
import torch

import bertkit.cli
import bertkit.training.learning
from bertkit.cli.asking import guess_table
from bertkit.inference.fill_mask import Guess
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.pretrained import load_pretrained
from bertkit.training.runs import Run

TINY = ("--topics", "bedtime", "--stories", "20", "--steps", "4", "--batch-size", "4", "--vocab-size", "200")


@pytest.fixture(scope="module")
def trained(run_bertkit: Callable[..., int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that the command made."""
    folder = tmp_path_factory.mktemp("trained") / "model"
    assert run_bertkit("pretrain", *TINY, "--output", str(folder), "--threads", "1") == 0
    return folder


def test_pretrain_says_what_there_is_to_beat_and_saves(bertkit_command: Any, weights_of: Any, trained: Path) -> None:
    result = bertkit_command("pretrain", *TINY)
    assert result.status == 0
    for pattern in (
        r"parameters, 200 tokens in the vocabulary",
        r"uniform guess +5\.30 nats, ln 200",
        r"without any context +\d\.\d\d nats, the unigram entropy",
        r"nobody can beat +\d\.\d\d nats, the exact posterior",
        r"now, on unseen text +\[MASK\] \d\.\d\d nats \(floor \d\.\d\d\), \d+% right \(limit \d+%\); next sentence",
        r"at the end, on unseen text +\[MASK\] \d\.\d\d nats",
        r"copied +names, one in the input \d+% \(limit \d+%\), names, several in the input \d+% \(limit",
        r"saved in runs/pretrain; try: bertkit fill-mask",
    ):
        assert re.search(pattern, result.out), pattern
    for pattern in (r"4/4", r"loss \d+\.\d\d, unseen \d+\.\d\d, floor \d\.\d\d", r"[\d,]+ tokens/s"):
        assert re.search(pattern, result.err), pattern
    model, _ = load_pretrained(Path("runs/pretrain"), BertForMaskedLM)
    again, _ = load_pretrained(trained, BertForMaskedLM)
    assert torch.equal(weights_of(model), weights_of(again))


def test_pretrain_as_json(bertkit_command: Any) -> None:
    result = bertkit_command("pretrain", *TINY, "--output", "out", "--json", "--seed", "3")
    assert (result.status, result.err) == (0, "")
    start, *steps, end = result.objects
    assert start["event"] == "start"
    assert start["vocab_size"] == 200
    assert 0 < start["unigram_entropy"] < start["ln_vocab_size"]
    assert [(step["event"], step["number"]) for step in steps] == [("step", number) for number in (1, 2, 3, 4)]
    assert all(set(step) == {"event", "number", "loss", "learning_rate", "tokens"} for step in steps)
    assert end["event"] == "end"
    assert end["output"] == "out"
    assert 0 <= end["evaluation_mlm_accuracy"] <= 1
    assert 0 <= start["floor_mlm_loss"] < start["unigram_entropy"]
    for kind in ("one_name", "two_names", "word"):
        assert 0 <= end[f"evaluation_copied_{kind}"] < start[f"floor_copied_{kind}"] <= 1
    load_pretrained(Path("out"), BertForMaskedLM)


@pytest.mark.slow
def test_the_options_reach_the_model(bertkit_command: Any) -> None:
    options = ["--size", "tiny", "--learning-rate", "0.01", "--warmup-steps", "2", "--topics", "garden"]
    options += ["--vocab-size", "800"]
    result = bertkit_command("pretrain", *TINY, *options, "--json")
    assert [step["learning_rate"] for step in result.objects[1:-1]] == pytest.approx([0, 0.005, 0.01, 0.005])
    model, tokenizer = load_pretrained(Path("runs/pretrain"), BertForMaskedLM)
    assert model.config.hidden_size == 128
    assert {"garden", "bed"} <= tokenizer.get_vocab().keys()


def test_the_defaults_are_the_librarys() -> None:
    """The command line names its own, for it does not wait for torch; two tables of one thing have to agree."""
    from bertkit.cli.finetuning import finetune
    from bertkit.cli.pretraining import pretrain
    from bertkit.data.corpus import prepare_stories, prepare_text
    from bertkit.data.reading import Reader
    from bertkit.finetuning.loop import FinetuningSettings
    from bertkit.inference.fill_mask import fill_mask
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.training.pretrain import PretrainingSettings

    def defaults(callable: Any) -> dict[str, Any]:
        found = {name: parameter.default for name, parameter in signature(callable).parameters.items()}
        return {name: value for name, value in found.items() if value is not Parameter.empty}

    command = defaults(pretrain)
    command |= {"negatives": command["next_sentence"], "probability": command["mask_probability"]}
    command["topics"] = tuple(command["topics"] or ())
    compared = 0
    for ours, theirs in (
        *((command, each) for each in (PretrainingSettings, Reader, MaskedLanguageModelling, prepare_stories)),
        (command, prepare_text),
        (defaults(finetune) | dict.fromkeys(("epochs", "learning_rate")), FinetuningSettings),
        (defaults(bertkit.cli.asking.fill_mask), fill_mask),
    ):
        for name, value in defaults(theirs).items():
            if ours.get(name) is not None:
                assert ours[name] == value, (theirs, name)
                compared += 1
    assert compared > 18


GROWN = ("--topics", "bedtime", "--stories", "20", "--steps", "4", "--batch-size", "4", "--add-layers", "1")


def test_a_model_grows_and_goes_on_learning(bertkit_command: Any, trained: Path) -> None:
    options = ("--from", str(trained), "--repeated-words", "0.5", "--learning-rate", "1e-9", "--warmup-steps", "0")
    result = bertkit_command("pretrain", *GROWN, *options, "--output", "grown", "--json")
    assert (result.status, result.err) == (0, "")
    before, tokenizer = load_pretrained(trained, BertForMaskedLM)
    after, same = load_pretrained(Path("grown"), BertForMaskedLM)
    assert (before.config.num_hidden_layers, after.config.num_hidden_layers) == (2, 3)
    assert same.get_vocab() == tokenizer.get_vocab()
    for name, weight in before.state_dict().items():
        torch.testing.assert_close(after.state_dict()[name], weight, atol=1e-7, rtol=0)


@pytest.mark.slow
def test_a_grown_run_goes_on_bit_for_bit(
    bertkit_command: Any, trained: Path, weights_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--from", str(trained), "--repeated-words", "0.5", "--json")
    assert bertkit_command("pretrain", *GROWN, *options, "--output", "straight").status == 0
    with monkeypatch.context() as pressing:
        press_ctrl_c_at(pressing, step=2, times=1)
        assert bertkit_command("pretrain", *GROWN, *options, "--output", "parted").status == 130
    assert bertkit_command("pretrain", "--resume", "--output", "parted").status == 0
    straight, parted = (weights_of(load_pretrained(Path(n), BertForMaskedLM)[0]) for n in ("straight", "parted"))
    assert torch.equal(straight, parted)


@pytest.mark.slow
def test_what_is_selected_depends_on_the_share(bertkit_command: Any, weights_of: Any) -> None:
    for share in ("0", "1"):
        bertkit_command("pretrain", *TINY, "--repeated-words", share, "--output", share)
    ordinary, repeated = (weights_of(load_pretrained(Path(share), BertForMaskedLM)[0]) for share in ("0", "1"))
    assert not torch.equal(ordinary, repeated)


@pytest.mark.slow
def test_rare_names_are_cut_on_demand(bertkit_command: Any) -> None:
    for output, options in (("whole", ()), ("cut", ("--cut-rare-names",))):
        sizes = ("--topics", "bedtime", "--stories", "300", "--steps", "1", "--vocab-size", "900")
        assert bertkit_command("pretrain", *sizes, "--output", output, *options).status == 0
    whole, cut = (load_pretrained(Path(name), BertForMaskedLM)[1] for name in ("whole", "cut"))
    for word, pieces in (("elephant", 1), ("wardrobe", 1), ("sooty", 1)):
        assert len(whole.encode(word, add_special_tokens=False).ids) == pieces
    for word in ("elephant", "wardrobe"):
        assert len(cut.encode(word, add_special_tokens=False).ids) > 1
        assert cut.token_to_id("[UNK]") not in cut.encode(word).ids
    for word in ("sooty", "barnaby", "teddy", "bear", "bed"):
        assert len(cut.encode(word, add_special_tokens=False).ids) == 1


@pytest.mark.slow
def test_another_seed_gives_another_model(bertkit_command: Any, weights_of: Any) -> None:
    for seed in ("0", "1"):
        bertkit_command("pretrain", *TINY, "--seed", seed, "--output", seed)
    first, second = (weights_of(load_pretrained(Path(seed), BertForMaskedLM)[0]) for seed in ("0", "1"))
    assert first.shape != second.shape or not torch.equal(first, second)


def test_pretrain_on_a_text_file(bertkit_command: Any) -> None:
    Path("text.txt").write_text("\n".join(f"zebra number {number} runs ." for number in range(40)))
    options = ("--text", "text.txt", "--steps", "2", "--next-sentence", "none")
    result = bertkit_command("pretrain", *options, "--json")
    assert result.status == 0
    assert "zebra" in load_pretrained(Path("runs/pretrain"), BertForMaskedLM)[1].get_vocab()
    assert result.objects[0]["documents"] == 36
    assert "floor_mlm_loss" not in result.objects[0]
    assert not [name for name in result.objects[0] if "name" in name or "toy" in name]


@pytest.mark.slow
def test_threads(bertkit_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    bertkit_command("pretrain", *TINY, "--threads", "1")
    assert asked == [1]


def press_ctrl_c_at(monkeypatch: pytest.MonkeyPatch, step: int, times: int) -> None:
    """Signals arrive while that step is reported."""
    emit = bertkit.cli.reporting.emit

    def emit_and_press(**values: Any) -> None:
        emit(**values)
        if values.get("number") == step:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(bertkit.cli.reporting, "emit", emit_and_press)


def test_ctrl_c_saves_what_there_is(bertkit_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = signal.getsignal(signal.SIGINT)
    press_ctrl_c_at(monkeypatch, step=2, times=1)
    result = bertkit_command("pretrain", *TINY, "--output", "out", "--json")
    assert result.status == 130
    assert result.objects[-1] == {"event": "interrupted", "step": 2, "output": "out"}
    load_pretrained(Path("out"), BertForMaskedLM)
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.slow
def test_ctrl_c_says_so_in_words(bertkit_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    raising = bertkit.cli.pretraining.ctrl_c
    monkeypatch.setattr(bertkit.cli.pretraining, "ctrl_c", lambda: pressed_after(raising))
    result = bertkit_command("pretrain", *TINY)
    assert result.status == 130
    assert "stopped by Ctrl-C after step 1 of 4; the model is saved in runs/pretrain" in result.out
    load_pretrained(Path("runs/pretrain"), BertForMaskedLM)


def pressed_after(manager: Callable[[], Any]) -> Any:
    """The same context, with a Ctrl-C as soon as it is entered."""
    from contextlib import contextmanager

    @contextmanager
    def pressing() -> Any:
        with manager() as pressed:
            signal.raise_signal(signal.SIGINT)
            yield pressed

    return pressing()


@pytest.mark.slow
def test_a_second_ctrl_c_ends_at_once(bertkit_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_ctrl_c_at(monkeypatch, step=2, times=2)
    result = bertkit_command("pretrain", *TINY, "--output", "out", "--json")
    assert result.status == 130
    assert result.objects[-1]["number"] == 2
    assert not Path("out").exists()


def test_fill_mask_prints_a_table(bertkit_command: Any, trained: Path) -> None:
    result = bertkit_command("fill-mask", "the [MASK] .", "a [MASK] [MASK]", "--model", str(trained), "--top-k", "3")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "the [MASK] ."
    assert [lines[4], lines[5], lines[9]] == ["a [MASK] [MASK]", "  [MASK] 1 of 2", "  [MASK] 2 of 2"]
    assert len(lines) == 13
    assert all(re.match(r"  \S+ + +\d+\.\d%", lines[index]) for index in (1, 2, 3, 6, 7, 8, 10, 11, 12))


def test_fill_mask_as_json(bertkit_command: Any, trained: Path) -> None:
    result = bertkit_command("fill-mask", "the [MASK] .", "a [MASK] [MASK]", "--model", str(trained), "--json")
    assert result.status == 0
    assert [(each["text"], len(each["masks"])) for each in result.objects] == [
        ("the [MASK] .", 1),
        ("a [MASK] [MASK]", 2),
    ]
    for guesses in (mask for each in result.objects for mask in each["masks"]):
        assert len(guesses) == 5
        assert all(set(guess) == {"token", "probability"} for guess in guesses)


def test_the_table_is_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = [Guess("bear", 0.75), Guess("a", 0.2), Guess("##s", 0.001)]
    monkeypatch.setattr(bertkit.cli.asking, "can_print", lambda text: True)
    assert guess_table(guesses).splitlines() == [
        "  bear   75.0%  ███████████████",
        "  a      20.0%  ████",
        "  ##s     0.1%",
    ]
    monkeypatch.setattr(bertkit.cli.asking, "can_print", lambda text: False)
    assert guess_table(guesses).splitlines()[1] == "  a      20.0%  ####"


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["train"], ["train", "bertkit --help"]),
        (["pretrain", "--steps", "0"], ["--steps", "'0'", "greater than or equal to 1"]),
        (["pretrain", "--steps", "many"], ["--steps", "'many'", "valid integer"]),
        (["pretrain", "--batch-size", "-4"], ["--batch-size", "'-4'"]),
        (["pretrain", "--threads", "0"], ["--threads", "'0'"]),
        (["pretrain", "--stories", "0"], ["--stories", "'0'"]),
        (["pretrain", "--vocab-size", "6"], ["vocab_size is 6"]),
        (["pretrain", "--learning-rate", "0"], ["learning_rate is 0.0", "positive and finite"]),
        (["pretrain", "--learning-rate", "inf"], ["learning_rate is inf", "positive and finite"]),
        (["pretrain", "--learning-rate", "-1"], ["--learning-rate", "'-1'", "greater than or equal to 0"]),
        (["pretrain", "--learning-rate", "nan"], ["--learning-rate", "'nan'"]),
        (["pretrain", "--learning-rate", "fast"], ["--learning-rate", "'fast'"]),
        (["pretrain", "--warmup-steps", "-1"], ["--warmup-steps", "'-1'", "greater than or equal to 0"]),
        (["pretrain", "--warmup-steps", "11", "--steps", "10"], ["warmup_steps is 11", "10"]),
        (["pretrain", "--mask-probability", "0"], ["--mask-probability is 0", "raise it"]),
        (["pretrain", "--mask-probability", "1.5"], ["--mask-probability", "'1.5'", "less than or equal to 1"]),
        (["pretrain", "--mask-probability", "nan"], ["--mask-probability", "'nan'"]),
        (["pretrain", "--seed", "x"], ["--seed", "'x'"]),
        (["pretrain", "--size", "huge"], ["'huge'", "nano, tiny, course, mini, small"]),
        (["pretrain", "--repeated-words", "2"], ["--repeated-words", "'2'", "less than or equal to 1"]),
        (["pretrain", "--add-layers", "1"], ["--add-layers 1", "--from", "--size"]),
        (["pretrain", "--add-layers", "-1"], ["--add-layers", "'-1'"]),
        (["pretrain", "--from", "nowhere"], ["nowhere", "no tokenizer"]),
        (["pretrain", "--from", "full", "--size", "nano"], ["--size", "--from full", "leave it out"]),
        (["pretrain", "--from", "full", "--cut-rare-names"], ["--cut-rare-names", "--from full"]),
        (["pretrain", "--text", "one.txt", "--cut-rare-names"], ["--cut-rare-names", "--text one.txt"]),
        (["pretrain", "--topics", "astronomy"], ["'astronomy'", "bedtime"]),
        (["pretrain", "--text", "nowhere.txt"], ["nowhere.txt", "no such file"]),
        (["pretrain", "--text", "empty.txt"], ["empty.txt is empty"]),
        (["pretrain", "--text", "latin.txt"], ["latin.txt is not UTF-8"]),
        (["pretrain", "--text", "one.txt"], ["one.txt", "fewer than 4 documents"]),
        (["pretrain", "--text", "one.txt", "--topics", "snow"], ["--topics snow", "--text one.txt"]),
        (["pretrain", "--output", "full"], ["full holds something other than a checkpoint"]),
        (["pretrain", "--output", "one.txt"], ["one.txt holds something other"]),
        (["pretrain", "--output", "one.txt/below"], ["one.txt/below cannot be written"]),
        (["fill-mask"], ["TEXT", "bertkit --help"]),
        (["fill-mask", "[MASK]", "--model", "none"], ["none", "bertkit pretrain --output none"]),
        (["fill-mask", "[MASK]", "--model", "full"], ["full/config.json"]),
        (["fill-mask", "[MASK]", "--top-k", "0"], ["--top-k", "'0'"]),
    ],
)
def test_bad_arguments(
    arguments: list[str], parts: list[str], bertkit_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*rest: Any) -> None:
        pytest.fail("the training began")

    monkeypatch.setattr(bertkit.training.learning, "train", never)
    Path("empty.txt").write_text("\n")
    Path("latin.txt").write_bytes(b"caf\xe9")
    Path("one.txt").write_text("one document only")
    Path("full").mkdir()
    Path("full/notes.txt").write_text("mine")
    bertkit_command(*arguments).assert_refused(*parts)
    assert Path("full/notes.txt").read_text() == "mine"
    assert not Path("runs/pretrain").exists()


@pytest.mark.parametrize("text", ["no mask", "the " * 100 + "[MASK]"], ids=["no mask", "too long"])
def test_a_text_that_cannot_be_filled(text: str, bertkit_command: Any, trained: Path) -> None:
    result = bertkit_command("fill-mask", "a good [MASK] .", text, "--model", str(trained))
    result.assert_refused("no mask" if text == "no mask" else "64 positions")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_checkpoint(name: str, bertkit_command: Any, trained: Path) -> None:
    import shutil

    shutil.copytree(trained, "copy")
    path = Path("copy") / name
    path.write_bytes(path.read_bytes()[:100])
    bertkit_command("fill-mask", "[MASK]", "--model", "copy").assert_refused(f"copy/{name}")


@pytest.mark.slow
def test_divergence_is_one_line_and_saves_nothing(bertkit_command: Any) -> None:
    result = bertkit_command("pretrain", *TINY, "--steps", "60", "--learning-rate", "1e30", "--json", "--output", "out")
    assert result.status == 2
    assert result.err.count("\n") == 1
    assert "training diverged at step" in result.err
    assert not Path("out").exists()


def test_a_second_command_on_the_folder_is_turned_away_and_the_first_goes_on(bertkit_command: Any) -> None:
    """Begun anew or resumed: what is there of the first is left alone."""
    run = Run(Path("out"))
    with run.alone():
        run.begin({"steps": 4})
        before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
        for more in ((), ("--resume",)):
            result = bertkit_command("pretrain", *(more or TINY), "--output", "out")
            assert result.status == 2
            assert "another process is training in out" in result.err
            assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before
    assert bertkit_command("pretrain", *TINY, "--output", "out").status == 0


@pytest.mark.slow
def test_a_full_disk_is_one_line(bertkit_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import bertkit.model.pretrained

    def fail(*rest: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device", "out")

    monkeypatch.setattr(bertkit.model.pretrained, "save_file", fail)
    result = bertkit_command("pretrain", *TINY, "--json")
    assert (result.status, result.err) == (2, "bertkit: [Errno 28] No space left on device: 'out'\n")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("pretrain", "--help"), ("fill-mask", "--help")])
def test_help(arguments: tuple[str, ...], bertkit_command: Any) -> None:
    result = bertkit_command(*arguments)
    assert result.status == (0 if arguments else 2)
    assert "Usage:" in result.out + result.err
    assert "bertkit:" not in result.err
