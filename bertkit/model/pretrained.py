"""Saving and loading in Hugging Face's layout: `config.json`, `model.safetensors`, `tokenizer.json`.

No file is a pickle, so loading runs no code. A folder saved here opens in `transformers`
(`AutoModelForMaskedLM.from_pretrained` and so on, `AutoTokenizer.from_pretrained`), and a BERT saved there opens here.
A model with a head or an attention of somebody's own, which no class of `transformers` would compute, is saved under a
name of its own.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from bertkit.data.tokenizer import load_tokenizer
from bertkit.model.attention import SelfAttention, attended, attention
from bertkit.model.config import BertConfig
from bertkit.model.folder import (
    CONFIG_FILE,
    SUMS_FILE,
    TOKENIZER_FILE,
    TOKENIZER_SETTINGS_FILE,
    WEIGHTS_FILE,
    check_destination,
    check_sums,
    read_config,
    replace_folder,
    sums_of,
)
from bertkit.model.freeze import evaluation_mode
from bertkit.model.huggingface import ALIASES, NAMES, OF_ENCODER, current_name, rename, unwrapped

Head = Callable[..., nn.Module]
"""Builds a head, from what the model says that it builds heads from."""

OWN_ATTENTION = "OwnAttention"
"""What the name of a model ends with whose attention is somebody's own and not the library's in other words."""

TWO_LABELS = ("LABEL_0", "LABEL_1")
"""Names of labels that nobody named, as Hugging Face has them."""


class Loadable(nn.Module):
    """A module that is built from a configuration and can be read from a checkpoint's folder."""

    labelled: ClassVar[bool] = False
    """Whether it is built from the names of its labels, too."""

    def __init__(self, config: BertConfig, **parts: Any) -> None:
        super().__init__()
        self.config = config

    head_places: ClassVar[Mapping[str, type[nn.Module]]] = {}
    """The parts in whose places other heads may stand, by their names, and the library's class for each."""

    @classmethod
    def from_pretrained(cls, folder: str | Path, head: Head | None = None, **parts: Any) -> Self:
        """Read it from a checkpoint's folder, one of ours or of `transformers`; nothing is downloaded.

        The tokenizer is in the same folder: `load_tokenizer`, or `load_pretrained` for both.

        Args:
            folder: of a checkpoint that has all parts of this class; others that it has are left out.
            head: what the head is built with, if it is not the library's.
            parts: what else the model is built with, by the names of its constructor: `mlm_head`, `attention`, ….

        Returns:
            In evaluation mode.

        Raises:
            ValueError: naming the file that is missing, damaged or does not fit.

        >>> from bertkit import BertForMaskedLM, shipped
        >>> model = BertForMaskedLM.from_pretrained(shipped())
        >>> model.training, len(model.bert.layers) == model.config.num_hidden_layers
        (False, True)
        """
        return load_pretrained(folder, cls, head, **parts)[0]


class PretrainedModel(Loadable):
    """An encoder with a head: what is saved as a checkpoint."""

    labels: tuple[str, ...]
    """Names of the labels, in the order of their ids, where it is `labelled`."""

    def save_pretrained(self, folder: str | Path, tokenizer: Tokenizer) -> None:
        """Write the model to a folder, replacing an earlier checkpoint there; see the function of this name.

        The tokenizer goes with it: a model is of no use without the one that it was trained with.
        """
        save_pretrained(folder, self, tokenizer)


M = TypeVar("M", bound=Loadable)


def save_pretrained(path: str | Path, model: PretrainedModel, tokenizer: Tokenizer) -> None:
    """Write model and tokenizer to the folder `path`, replacing an earlier checkpoint there.

    Everything is written beside `path` first and moved into place at the end, so that a save that dies half-way
    leaves the earlier checkpoint whole. Killed between the two renames at the very end, it leaves it in the folder
    `.NAME.old.…` beside `path`, from where the next save brings it back.

    Raises:
        ValueError: if `path` holds anything that is not a checkpoint, or cannot be written; nothing is deleted.
    """
    path = Path(path).resolve()
    check_destination(path)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        (scratch / CONFIG_FILE).write_text(json.dumps(huggingface_config(model), indent=2) + "\n", encoding="utf-8")
        save_file(to_huggingface(model), scratch / WEIGHTS_FILE, metadata={"format": "pt"})
        tokenizer.save(str(scratch / TOKENIZER_FILE))
        (scratch / TOKENIZER_SETTINGS_FILE).write_text(
            json.dumps(tokenizer_config(model.config), indent=2) + "\n", encoding="utf-8"
        )
        (scratch / SUMS_FILE).write_text(sums_of(scratch), encoding="utf-8")
        scratch.chmod(0o755)
        for file in scratch.iterdir():
            file.chmod(0o644)  # safetensors makes files that nobody else may read
        replace_folder(scratch, path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def huggingface_config(model: PretrainedModel) -> dict[str, Any]:
    """What `config.json` says about a model: its class, the encoder's settings, the names of its labels."""
    own = [type(getattr(model, head)).__name__ for head in own_heads(model)]
    name = "With".join([type(model).__name__, *own, *([OWN_ATTENTION] if has_own_attention(model) else [])])
    config = {"architectures": [name], "model_type": "bert", **model.config.to_dict()}
    if model.labelled:
        config["id2label"] = {str(index): label for index, label in enumerate(model.labels)}
        config["label2id"] = {label: index for index, label in enumerate(model.labels)}
    return config


def own_heads(model: Loadable) -> list[str]:
    """The names of the model's heads that the class of its name in `transformers` would not compute.

    A head of another class but with the library's parameters is tried on random vectors.
    """
    if not (given := given_heads(model)):
        return []
    with torch.random.fork_rng(devices=[]):
        # The library's heads, with random weights; the layers below would only cost time.
        usual = build(type(model), replace(model.config, num_hidden_layers=0), getattr(model, "labels", ()))
    return [name for name in given if not computes_the_same(model, usual, name)]


def computes_the_same(model: Loadable, usual: Loadable, name: str) -> bool:
    """Whether the head `name` of both is the same function of the same parameters; those of `usual` are changed."""
    head, other = getattr(model, name), getattr(usual, name)
    try:
        other.load_state_dict(head.state_dict())
    except RuntimeError:  # other parameters, or of other shapes
        return False
    hidden = torch.randn(4, 5, model.config.hidden_size, generator=torch.Generator().manual_seed(0))
    with evaluation_mode(head), torch.random.fork_rng(devices=[]), torch.no_grad():
        for parameter in head.parameters():
            hidden, other = hidden.to(parameter), other.to(parameter)
        try:
            torch.testing.assert_close(head(hidden), other.eval()(hidden), atol=1e-5, rtol=1e-4)
        except AssertionError:
            return False
    ours, table, first = model.state_dict(), NAMES[type(model).__name__], dict[str, str]()
    for here in ours:
        if here.partition(".")[0] in given_heads(model) and not here.startswith(f"{name}."):
            continue  # of another head, which is asked for itself
        there = rename(unwrapped(here), table)
        same = first.setdefault(ALIASES.get(there, there), here)
        if not torch.equal(ours[here], ours[same]):  # two parameters that are one there
            return False
    return True


def given_heads(model: Loadable) -> list[str]:
    """The names of the model's heads that are not of the library's classes."""
    return [name for name, usual in model.head_places.items() if type(getattr(model, name)) is not usual]


def has_own_attention(model: Loadable) -> bool:
    """Whether the encoder's attention was given, and says of random vectors what the library's would not."""
    given = {part.attend for part in model.modules() if isinstance(part, SelfAttention) and part.attend}
    query, key, value = torch.randn(3, 2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[True, True, True, True, False], [True] * 5])[:, None, None, :]
    with torch.no_grad():
        return not all(
            torch.allclose(ours, usual, atol=1e-5, rtol=1e-4)
            for attend in given
            for ours, usual in zip(
                attended(attend, query, key, value, mask), attention(query, key, value, mask), strict=True
            )
        )


def tokenizer_config(config: BertConfig) -> dict[str, Any]:
    """What `AutoTokenizer` needs beside `tokenizer.json`."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        # Of itself the class would leave the segments out, and a pair would be read as one text.
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
        "model_max_length": config.max_position_embeddings,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }


def to_huggingface(model: PretrainedModel) -> dict[str, Tensor]:
    """The model's parameters under Hugging Face's names, tied ones once; those of a head of one's own under ours."""
    ours = model.state_dict()
    # Where the name is the same, a head of one's own may share the table with the encoder; files know no sharing.
    return {
        there: ours[here].clone() if here == there else ours[here].contiguous()
        for here, there in names_in_files(model, own_heads(model)).items()
    }


def names_in_files(model: Loadable, own: Sequence[str]) -> dict[str, str]:
    """For every parameter, by its name here: Hugging Face's, a tied one's first; ours in the heads `own`."""
    table = NAMES[type(model).__name__]
    names = {
        name: name if name.partition(".")[0] in own else rename(unwrapped(name), table) for name in model.state_dict()
    }
    return {here: ALIASES.get(there, there) for here, there in names.items()}


def from_huggingface(weights: Mapping[str, Tensor], model: Loadable, encoder_only: bool = False) -> list[str]:
    """Load weights under Hugging Face's names into `model`, in place.

    Parameters of parts that this model lacks are left out.

    Args:
        weights: of any model around a BERT encoder, or of the bare encoder.
        model: changed.
        encoder_only: whether all that stands above the encoder keeps its starting weights, whatever `weights` has.

    Returns:
        Names, as in `model`, of the parameters that kept their starting weights.

    Raises:
        ValueError: for a missing parameter or one of another shape, naming it; the model is then as it was.
    """
    present = {current_name(name): tensor for name, tensor in weights.items() if name not in ALIASES}
    for alias, name in ALIASES.items():
        if alias in weights:
            present.setdefault(name, weights[alias])
    ours = model.state_dict()
    kept: list[str] = []
    given = given_heads(model)
    own = [head for head in given if encoder_only or any(name.startswith(f"{head}.") for name in present)]
    if own != given:
        own += [head for head in own_heads(model) if head not in own]
    for here, there in names_in_files(model, own).items():
        value = ours[here]
        if encoder_only and not there.startswith(OF_ENCODER):
            kept.append(here)
        elif there in present and present[there].shape == value.shape:
            ours[here] = present[there]
        elif there in present:
            raise ValueError(
                f"{there!r} has shape {tuple(present[there].shape)} in the checkpoint but "
                f"{tuple(value.shape)} by its configuration"
            )
        else:
            raise ValueError(
                f"the checkpoint has no {there!r}; is it a {type(model).__name__}? To put its encoder under a fresh "
                "head, use load_encoder"
            )
    model.load_state_dict(ours)
    return kept


def shipped() -> Path:
    """The folder of the checkpoint that comes with the course, pre-trained on stories; its card is README.md there."""
    return Path(__file__).parents[1] / "checkpoints" / "story_world"


def load_pretrained(path: str | Path, kind: type[M], head: Head | None = None, **parts: Any) -> tuple[M, Tokenizer]:
    """Read a checkpoint folder, ours or one of `transformers`, as a model of class `kind`.

    Args:
        path: the folder.
        kind: the class of the model.
        head: what its head is built with, if it is not the library's.
        parts: what else it is built with, by the names of its constructor: `mlm_head`, `attention`, ….

    Returns:
        (model in evaluation mode, tokenizer).

    Raises:
        ValueError: naming the file that is missing, damaged or does not fit.
    """
    path = Path(path)
    values = read_config(path)
    model = build(kind, BertConfig.from_json(path / CONFIG_FILE), labels_of(values), head=head, **parts)
    return _load(path, model, encoder_only=False)[:2]


def load_encoder(
    path: str | Path,
    kind: type[M],
    labels: Sequence[str] = (),
    generator: torch.Generator | None = None,
    head: Head | None = None,
    **parts: Any,
) -> tuple[M, Tokenizer, list[str]]:
    """Put the encoder of a checkpoint under a fresh head, to be fine-tuned.

    All that stands above the encoder stays behind, the pooler too, also where the checkpoint has one: what learns
    beside a frozen encoder then starts from nothing, and no pre-trained weight moves. Nothing is lost by it: the
    pooler of pre-training keeps what next-sentence prediction needs, and `tests/benchmarks/poolers.py` measures how
    little that is to another question (Zhang et al. 2021, arXiv 2006.05987, say so of BERT's topmost parts).

    Args:
        path: folder of a checkpoint, ours or one of `transformers`, of any model with a BERT encoder.
        kind: the class of the model wanted.
        labels: the names of its labels, where it has labels.
        generator: source of the starting weights of all that is fresh.
        head: what its head is built with, if it is not the library's.
        parts: what else it is built with, by the names of its constructor: `loss`, `attention`, ….

    Returns:
        (model in evaluation mode, tokenizer, names of the parameters that are fresh).

    Raises:
        ValueError: naming the file that is missing, damaged or does not fit.
    """
    path = Path(path)
    read_config(path)  # says what is wrong with it
    model = build(kind, BertConfig.from_json(path / CONFIG_FILE), labels, generator, head=head, **parts)
    return _load(path, model, encoder_only=True)


def build(
    kind: type[M],
    config: BertConfig,
    labels: Sequence[str],
    generator: torch.Generator | None = None,
    **parts: Any,
) -> M:
    """A model of class `kind`, with these labels where it has labels; a part that is None is the library's."""
    parts |= {"labels": labels if kind.labelled else None, "generator": generator}
    return kind(config, **{name: part for name, part in parts.items() if part is not None})


def load_weights(path: Path, model: Loadable) -> None:
    """Give a model the weights of a checkpoint's folder. Raises `ValueError` as `load_pretrained` does."""
    read_config(path)  # says what is wrong with it
    _load(path, model, encoder_only=False)


def _load(path: Path, model: M, encoder_only: bool) -> tuple[M, Tokenizer, list[str]]:
    check_sums(path)
    weights_file = path / WEIGHTS_FILE
    if not weights_file.exists() and (pickled := [*path.glob("pytorch_model*.bin")]):
        raise ValueError(
            f"{pickled[0]} is a pickle, and loading one can run any code; open it in transformers and save it with "
            f"save_pretrained, which writes {WEIGHTS_FILE}"
        )
    try:
        weights = load_file(weights_file)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{weights_file} is missing or damaged: {error}") from error
    try:
        kept = from_huggingface(weights, model, encoder_only)
    except ValueError as error:
        raise ValueError(f"{weights_file}: {error}") from error
    tokenizer = load_tokenizer(path / TOKENIZER_FILE)
    if tokenizer.get_vocab_size() > model.config.vocab_size:
        raise ValueError(
            f"{path / TOKENIZER_FILE} has {tokenizer.get_vocab_size()} tokens, the model only "
            f"{model.config.vocab_size}; they do not belong together"
        )
    model.eval()
    return model, tokenizer, kept


def labels_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the labels in a configuration, by id; Hugging Face leaves out those of two labels without names."""
    names = values.get("id2label")
    if names is None:
        return TWO_LABELS
    try:
        return tuple(str(names[str(index)]) for index in range(len(names)))
    except (KeyError, TypeError) as error:
        raise ValueError(f"id2label is {names!r}; it has to name the labels 0, 1, 2 and so on") from error
