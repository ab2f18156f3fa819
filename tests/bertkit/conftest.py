"""What the tests of bertkit share: small models, the same model in transformers, a corpus, and asserts."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from bertkit.checkpoint import from_huggingface
from bertkit.config import BertConfig
from bertkit.corpus import Corpus, story_corpus
from bertkit.huggingface import ALIASES, MASKED_LM_NAMES, rename
from bertkit.models import BertForMaskedLM
from bertkit.objectives.mlm import MaskedLanguageModelling

os.environ["HF_HUB_OFFLINE"] = "1"

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
            there = rename(name, MASKED_LM_NAMES)
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
