"""Saving and loading in Hugging Face's layout: `config.json`, `model.safetensors`, `tokenizer.json`.

No file is a pickle, so loading runs no code. A folder saved here opens in `transformers`
(`AutoModelForMaskedLM.from_pretrained` and so on, `AutoTokenizer.from_pretrained`), and a BERT saved there opens here.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.tokenizer import load_tokenizer
from bertkit.model.bert import TWO_LABELS, BertForSequenceClassification, BertForTokenClassification, Model
from bertkit.model.config import BertConfig
from bertkit.model.huggingface import ALIASES, NAMES, current_name, rename

M = TypeVar("M", bound=Model)

CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "config.json", "model.safetensors", "tokenizer.json"
SUMS_FILE = "SHA256SUMS"
OUR_FILES = frozenset({CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE, "tokenizer_config.json", SUMS_FILE})
TRAINING_FOLDER = "training"
"""What else may be in a checkpoint's folder: the state of the run that made it. Saving leaves it in place."""


def save_pretrained(path: Path, model: Model, tokenizer: Tokenizer) -> None:
    """Write model and tokenizer to the folder `path`, replacing an earlier checkpoint there.

    Everything is written beside `path` first and moved into place at the end, so that a save that dies half-way
    leaves the earlier checkpoint whole. Killed between the two renames at the very end, it leaves it in the folder
    `.NAME.old.…` beside `path`, from where the next save brings it back.

    Raises:
        ValueError: if `path` holds anything that is not a checkpoint, or cannot be written; nothing is deleted.
    """
    path = path.resolve()
    check_destination(path)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        (scratch / CONFIG_FILE).write_text(json.dumps(huggingface_config(model), indent=2) + "\n", encoding="utf-8")
        save_file(to_huggingface(model), scratch / WEIGHTS_FILE, metadata={"format": "pt"})
        tokenizer.save(str(scratch / TOKENIZER_FILE))
        (scratch / "tokenizer_config.json").write_text(
            json.dumps(tokenizer_config(model.config), indent=2) + "\n", encoding="utf-8"
        )
        (scratch / SUMS_FILE).write_text(sums_of(scratch), encoding="utf-8")
        scratch.chmod(0o755)
        for file in scratch.iterdir():
            file.chmod(0o644)  # safetensors makes files that nobody else may read
        replace_folder(scratch, path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def sums_of(folder: Path) -> str:
    """The SHA-256 of every file, in the form that `sha256sum --check` reads."""
    return "".join(f"{sha256(file)}  {file.name}\n" for file in sorted(folder.iterdir()))


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def check_sums(folder: Path) -> None:
    """Raise `ValueError`, naming the file, where one is not what the folder's sums say; not every folder has sums."""
    sums = folder / SUMS_FILE
    if not sums.is_file():
        return
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
        said, _, name = line.partition("  ")
        if not (folder / name).is_file():
            raise ValueError(f"{folder / name} is missing; get the checkpoint again")
        if sha256(folder / name) != said:
            raise ValueError(
                f"{folder / name} is damaged or was changed: its SHA-256 is not the one in {SUMS_FILE}; get the "
                f"checkpoint again, or delete {sums} if you changed it on purpose"
            )


def check_destination(path: Path) -> None:
    """Raise `ValueError` unless a checkpoint can be saved at `path`; make the folder around it where there is none.

    To be called before a long training, not only after it.
    """
    finish_replacing(path)
    ours = OUR_FILES | {TRAINING_FOLDER}
    if path.exists() and (not path.is_dir() or {entry.name for entry in path.iterdir()} - ours):
        raise ValueError(f"{path} holds something other than a checkpoint; choose another folder")
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.resolve().parent):
            pass
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error}; choose another folder") from error


def replace_folder(new: Path, path: Path) -> None:
    """Move the folder `new` to `path`; what stood there goes only once `new` is in its place."""
    if not path.exists():
        os.replace(new, path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
    os.replace(path, old)  # an empty folder can be replaced by a rename
    try:
        os.replace(new, path)
    except BaseException:
        os.replace(old, path)
        raise
    finish_replacing(path)


def finish_replacing(path: Path) -> None:
    """Bring over what a save that was killed at its very end left in the folder beside `path`, and delete that."""
    for old in sorted(path.parent.glob(f".{path.name}.old.*")) if path.parent.is_dir() else []:
        if not path.exists():
            os.replace(old, path)
            continue
        if (old / TRAINING_FOLDER).is_dir() and not (path / TRAINING_FOLDER).exists():
            os.replace(old / TRAINING_FOLDER, path / TRAINING_FOLDER)
        shutil.rmtree(old)


def huggingface_config(model: Model) -> dict[str, Any]:
    """What `config.json` says about a model: its class, the encoder's settings, the names of its labels."""
    config = {"architectures": [type(model).__name__], "model_type": "bert", **model.config.to_dict()}
    if isinstance(model, BertForSequenceClassification | BertForTokenClassification):
        config["id2label"] = {str(index): label for index, label in enumerate(model.labels)}
        config["label2id"] = {label: index for index, label in enumerate(model.labels)}
    return config


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


def to_huggingface(model: Model) -> dict[str, Tensor]:
    """The model's parameters under Hugging Face's names, tied ones once."""
    table = NAMES[type(model).__name__]
    renamed = {rename(name, table): tensor for name, tensor in model.state_dict().items()}
    return {name: tensor.contiguous() for name, tensor in renamed.items() if name not in ALIASES}


def from_huggingface(weights: Mapping[str, Tensor], model: Model, encoder_only: bool = False) -> list[str]:
    """Load weights under Hugging Face's names into `model`, in place.

    Parameters of parts that this model lacks are left out.

    Args:
        weights: of any model around a BERT encoder, or of the bare encoder.
        model: changed.
        encoder_only: whether what stands around the encoder may keep its starting weights where `weights` has none.

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
    for here, value in ours.items():
        there = rename(here, NAMES[type(model).__name__])
        there = ALIASES.get(there, there)
        if there in present and present[there].shape == value.shape:
            ours[here] = present[there]
        elif encoder_only and not here.startswith("bert."):
            kept.append(here)
        elif there in present:
            raise ValueError(
                f"{there!r} has shape {tuple(present[there].shape)} in the checkpoint but "
                f"{tuple(value.shape)} by its configuration"
            )
        else:
            raise ValueError(f"the checkpoint has no {there!r}; is it a {type(model).__name__}?")
    model.load_state_dict(ours)
    return kept


def shipped() -> Path:
    """The folder of the checkpoint that comes with the course, pre-trained on stories; its card is README.md there."""
    return Path(__file__).parents[1] / "checkpoints" / "story_world"


def load_pretrained(path: Path, kind: type[M]) -> tuple[M, Tokenizer]:
    """Read a checkpoint folder, ours or one of `transformers`, as a model of class `kind`.

    Returns:
        (model in evaluation mode, tokenizer).

    Raises:
        ValueError: naming the file that is missing, damaged or does not fit.
    """
    values = read_config(path)
    model = build(kind, BertConfig.from_json(path / CONFIG_FILE), labels_of(values))
    return _load(path, model, encoder_only=False)[:2]


def load_encoder(
    path: Path, kind: type[M], labels: Sequence[str] = (), generator: torch.Generator | None = None
) -> tuple[M, Tokenizer, list[str]]:
    """Put the encoder of a checkpoint under another head, to be fine-tuned.

    Args:
        path: folder of a checkpoint, ours or one of `transformers`, of any model with a BERT encoder.
        kind: the class of the model wanted.
        labels: the names of its labels, where it has labels.
        generator: source of the starting weights of the head.

    Returns:
        (model in evaluation mode, tokenizer, names of the parameters that the checkpoint did not have).

    Raises:
        ValueError: naming the file that is missing, damaged or does not fit.
    """
    read_config(path)
    model = build(kind, BertConfig.from_json(path / CONFIG_FILE), labels, generator)
    return _load(path, model, encoder_only=True)


def build(kind: type[M], config: BertConfig, labels: Sequence[str], generator: torch.Generator | None = None) -> M:
    """A model of class `kind`, with these labels where it has labels."""
    if issubclass(kind, BertForSequenceClassification | BertForTokenClassification):
        return kind(config, labels, generator=generator)
    return kind(config, generator=generator)


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


def read_config(path: Path) -> dict[str, Any]:
    """What `config.json` in the folder `path` says beside the encoder's settings."""
    if not path.is_dir():
        raise ValueError(f"there is no checkpoint at {path}; make one with `bertkit pretrain --output {path}`")
    BertConfig.from_json(path / CONFIG_FILE)  # says what is wrong with the file
    values: dict[str, Any] = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
    return values


def architecture(path: Path) -> type[Model]:
    """The class of the model that a checkpoint folder holds.

    Raises:
        ValueError: if it holds none of ours, naming it.
    """
    said = read_config(path).get("architectures") or ["BertModel"]
    for kind in get_args(Model):
        if said[0] == kind.__name__:
            return kind
    known = ", ".join(kind.__name__ for kind in get_args(Model))
    raise ValueError(f"{path} holds a {said[0]}; a model of these is needed: {known}")


def labels_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the labels in a configuration, by id; Hugging Face leaves out those of two labels without names."""
    names = values.get("id2label")
    if names is None:
        return TWO_LABELS
    try:
        return tuple(str(names[str(index)]) for index in range(len(names)))
    except (KeyError, TypeError) as error:
        raise ValueError(f"id2label is {names!r}; it has to name the labels 0, 1, 2 and so on") from error
