"""What the tests of bertkit share: small models, the same model in transformers, a corpus, and asserts."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

import bertkit.cli
from bertkit.data.corpus import Corpus, story_corpus
from bertkit.data.tokenizer import train_tokenizer
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.config import BertConfig
from bertkit.model.huggingface import ALIASES, NAMES, rename
from bertkit.model.pretrained import build as make_model
from bertkit.model.pretrained import from_huggingface
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.tasks.examples import Example, Family, PairExample, SentenceExample, SpanExample, Task, TokenExample

os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).parents[2]

SMALL = BertConfig(
    vocab_size=50,
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=40,
    max_position_embeddings=16,
)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Models this small are slower with two threads, the more so beside another test process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def small_config() -> Callable[..., BertConfig]:
    """A small configuration with some fields changed."""
    return lambda **changed: replace(SMALL, **changed)


@pytest.fixture(scope="session")
def make_pair() -> Callable[..., tuple[BertForMaskedLM, nn.Module]]:
    """Builds our model and transformers' with the same random weights, both in evaluation mode."""
    import transformers

    def build(config: BertConfig = SMALL, seed: int = 0) -> tuple[BertForMaskedLM, nn.Module]:
        theirs = transformers.BertForMaskedLM(transformers.BertConfig(**config.to_dict()))
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            # Larger than any model's starting weights, biases and norms included: a part left out has to show.
            for parameter in theirs.parameters():
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
        ours = BertForMaskedLM(config)
        from_huggingface(theirs.state_dict(), ours)
        return ours.eval(), theirs.eval()

    return build


@pytest.fixture(scope="session")
def assert_same_weights() -> Callable[[BertForMaskedLM, nn.Module], None]:
    """All parameters of our model and of transformers' are equal, and there are as many of them."""

    def check(ours: BertForMaskedLM, theirs: nn.Module) -> None:
        named = dict(theirs.named_parameters())
        assert len(list(ours.parameters())) == len(named)
        for name, parameter in ours.named_parameters():
            there = rename(name, NAMES["BertForMaskedLM"])
            assert torch.equal(parameter, named[ALIASES.get(there, there)]), name

    return check


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """Forty stories about bedtime."""
    return story_corpus(stories=40, topics=("bedtime",), vocab_size=300, max_length=24)


@pytest.fixture(scope="session")
def objective(corpus: Corpus) -> MaskedLanguageModelling:
    """BERT's objective for that corpus."""
    return MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)


@pytest.fixture(scope="session")
def model_for(corpus: Corpus) -> Callable[..., BertForMaskedLM]:
    """A small model for that corpus, with dropout unless said otherwise, its weights from a seed."""

    def build(seed: int = 0, **changed: object) -> BertForMaskedLM:
        config = replace(SMALL, vocab_size=corpus.vocab_size, max_position_embeddings=32, **changed)
        return BertForMaskedLM(config, torch.Generator().manual_seed(seed))

    return build


@pytest.fixture(scope="session")
def weights_of() -> Callable[[nn.Module], Tensor]:
    """All weights of a model as one vector, copied."""
    return lambda model: torch.cat([parameter.detach().flatten().clone() for parameter in model.parameters()])


NOUNS = ("moon", "tree", "boat", "house", "river", "stone", "cloud", "apple")
GOOD, BAD = ("nice", "lovely", "bright"), ("awful", "dull", "grim")


def small_example(family: Family, rng: random.Random) -> Example:
    """One example whose right answer a single word, or two, decide."""
    some = [f"the {rng.choice(NOUNS)}" for _ in range(3)]
    label = rng.choice(("good", "bad"))
    text = f"{some[0]} and {some[1]} is {rng.choice(GOOD if label == 'good' else BAD)} ."
    place = rng.randrange(3)
    match family:
        case "sentence":
            return SentenceExample(text, label)
        case "pair":
            return PairExample(f"{some[2]} is here .", text, label)
        case "token":
            entity = rng.choice((("lily", "B-PERSON"), ("teddy bear", "B-TOY I-TOY")))
            pieces = [(one, "O O") for one in some]
            pieces.insert(place, entity)
            words, tags = (" ".join(piece[side] for piece in pieces).split(" ") for side in (0, 1))
            return TokenExample(tuple(words), tuple(tags))
        case "span":
            answer = rng.choice(("red ball", "kite"))
            before = "".join(f"{one} , " for one in some[:place])
            passage = f"{before}{answer} , {some[2]} ."
            return SpanExample("what is the toy ?", passage, len(before), len(before) + len(answer))


@pytest.fixture(scope="session")
def small_task() -> Callable[..., Task[Any]]:
    """Makes an easy task of any family."""

    def make(family: Family, train: int = 48, test: int = 40) -> Task[Any]:
        labels = {"token": ("O", "B-PERSON", "B-TOY", "I-TOY"), "span": ()}.get(family, ("bad", "good"))
        rng = random.Random(family)
        drawn = [small_example(family, rng) for _ in range(train + test)]
        return Task("easy", family, labels, tuple(drawn[:train]), tuple(drawn[train:]))

    return make


@pytest.fixture(scope="session")
def task_tokenizer() -> Tokenizer:
    """Knows the words of `small_task`, all but `teddy` and `lovely`, which it has to spell."""
    texts = [
        " ".join((*NOUNS, *GOOD, *BAD, "the and is here lily bear , . what toy ? red ball kite")) for _ in range(3)
    ]
    return train_tokenizer([text.replace("lovely ", "") for text in texts] + ["teddy", "lovely"], 180)


@pytest.fixture(scope="session")
def task_model(task_tokenizer: Tokenizer) -> Callable[..., Any]:
    """A small model with random weights, and a head for a task; without dropout unless said otherwise."""

    def build(task: Task[Any], seed: int = 0, **changed: Any) -> Any:
        config = replace(
            SMALL,
            vocab_size=task_tokenizer.get_vocab_size(),
            hidden_size=32,
            num_attention_heads=2,
            max_position_embeddings=32,
            initializer_range=32**-0.5,
            **{"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0} | changed,
        )
        kind = MODEL_FOR_FAMILY[task.family]
        return make_model(kind, config, task.labels, torch.Generator().manual_seed(seed))

    return build


class OwnWordHead(nn.Module):
    """As a learner may write `MLMHead`."""

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(hidden_size, hidden_size), nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(nn.functional.gelu(self.dense(hidden))))


class OwnSequenceHead(nn.Module):
    """As a learner may write `SequenceClassificationHead`."""

    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.share, self.classifier = dropout, nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.classifier(nn.functional.dropout(hidden[:, 0, :], self.share, self.training))


class OwnTokenHead(nn.Module):
    """As a learner may write `TokenClassificationHead`."""

    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.drop, self.classifier = nn.Dropout(dropout), nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.classifier(self.drop(hidden))


class OwnSpanHead(nn.Module):
    """As a learner may write `SpanHead`."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        both = self.outputs(hidden)
        return both[..., 0], both[..., 1]


@pytest.fixture(scope="session")
def own_heads() -> dict[str, type[nn.Module]]:
    """Heads as the contract of their exercises has them, and not the library's."""
    return {
        "words": OwnWordHead,
        "sequence": OwnSequenceHead,
        "token": OwnTokenHead,
        "span": OwnSpanHead,
    }


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects of its output."""
        return [json.loads(line) for line in self.out.splitlines()]

    def assert_refused(self, *parts: str) -> None:
        """It ended with exit status 2 and one line on stderr in which all `parts` stand."""
        assert (self.status, self.out) == (2, "")
        assert self.err.startswith("bertkit: ")
        assert self.err.count("\n") == 1
        for part in parts:
            assert part in self.err


@pytest.fixture(scope="session")
def contents_of() -> Callable[[Path], dict[str, bytes]]:
    """What is in a folder: every file under it, hidden ones included, by its path."""
    return lambda folder: {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="session")
def another_python() -> Callable[..., str]:
    """Runs a program with arguments in a process of its own, where texts have other hashes; returns what it printed."""

    def run(program: str, *arguments: str) -> str:
        hash_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    return run


@pytest.fixture(scope="session")
def run_bertkit() -> Callable[..., int]:
    """Runs `bertkit ARGUMENTS` in this process, which spares the start of another; returns the exit status."""

    def run(*arguments: str) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["bertkit", *arguments])
            with pytest.raises(SystemExit) as ended:
                bertkit.cli.main()
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def bertkit_command(
    run_bertkit: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Result]:
    """Runs `bertkit ARGUMENTS` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: Result(run_bertkit(*arguments), *capfd.readouterr())
