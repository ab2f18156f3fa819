"""Saving and loading in Hugging Face's layout: `config.json`, `model.safetensors`, `tokenizer.json`.

No file is a pickle, so loading runs no code. A folder saved here opens in `transformers`
(`AutoModelForMaskedLM.from_pretrained`, `AutoTokenizer.from_pretrained`), and a BERT saved there opens here.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.config import BertConfig
from bertkit.huggingface import ALIASES, MASKED_LM_NAMES, rename
from bertkit.models import BertForMaskedLM
from bertkit.tokenizer import load_tokenizer

CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "config.json", "model.safetensors", "tokenizer.json"
OUR_FILES = frozenset({CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE, "tokenizer_config.json"})


def save_pretrained(path: Path, model: BertForMaskedLM, tokenizer: Tokenizer) -> None:
    """Write model and tokenizer to the folder `path`, replacing an earlier checkpoint there.

    Everything is written beside `path` first and moved into place at the end, so that a save that dies half-way
    leaves the earlier checkpoint whole. Killed between the two renames at the very end, it leaves it in the folder
    `.NAME.old.…` beside `path`.

    Raises:
        ValueError: if `path` holds anything that is not a checkpoint, or cannot be written; nothing is deleted.
    """
    path = path.resolve()
    check_destination(path)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        config = {"architectures": ["BertForMaskedLM"], "model_type": "bert", **model.config.to_dict()}
        (scratch / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        save_file(to_huggingface(model), scratch / WEIGHTS_FILE, metadata={"format": "pt"})
        tokenizer.save(str(scratch / TOKENIZER_FILE))
        (scratch / "tokenizer_config.json").write_text(
            json.dumps(tokenizer_config(model.config), indent=2) + "\n", encoding="utf-8"
        )
        scratch.chmod(0o755)
        replace_folder(scratch, path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_destination(path: Path) -> None:
    """Raise `ValueError` unless a checkpoint can be saved at `path`; make the folder around it where there is none.

    To be called before a long training, not only after it.
    """
    if path.exists() and (not path.is_dir() or {entry.name for entry in path.iterdir()} - OUR_FILES):
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
    shutil.rmtree(old)


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


def to_huggingface(model: BertForMaskedLM) -> dict[str, Tensor]:
    """The model's parameters under Hugging Face's names, tied ones once."""
    renamed = {rename(name, MASKED_LM_NAMES): tensor for name, tensor in model.state_dict().items()}
    return {name: tensor.contiguous() for name, tensor in renamed.items() if name not in ALIASES}


def from_huggingface(weights: dict[str, Tensor], model: BertForMaskedLM) -> None:
    """Load weights under Hugging Face's names into `model`, in place.

    Parameters of parts that this model lacks (pooler, NSP head) are left out.

    Raises:
        ValueError: for a missing parameter or one of another shape, naming it.
    """
    present = {name: tensor for name, tensor in weights.items() if name not in ALIASES}
    for alias, name in ALIASES.items():
        if alias in weights:
            present.setdefault(name, weights[alias])
    expected = model.state_dict()
    ours: dict[str, Tensor] = {}
    for here, value in expected.items():
        there = rename(here, MASKED_LM_NAMES)
        there = ALIASES.get(there, there)
        if there not in present:
            raise ValueError(f"the checkpoint has no {there!r}; is it a BERT with a masked-LM head?")
        if present[there].shape != value.shape:
            raise ValueError(
                f"{there!r} has shape {tuple(present[there].shape)} in the checkpoint but "
                f"{tuple(value.shape)} by its configuration"
            )
        ours[here] = present[there]
    model.load_state_dict(ours)


def load_pretrained(path: Path) -> tuple[BertForMaskedLM, Tokenizer]:
    """Read a checkpoint folder, ours or one of `transformers`.

    Returns:
        (model in evaluation mode, tokenizer).

    Raises:
        ValueError: naming the file that is missing, damaged or does not fit.
    """
    if not path.is_dir():
        raise ValueError(f"there is no checkpoint at {path}; make one with `bertkit pretrain --output {path}`")
    model = BertForMaskedLM(BertConfig.from_json(path / CONFIG_FILE))
    weights_file = path / WEIGHTS_FILE
    try:
        weights = load_file(weights_file)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{weights_file} is missing or damaged: {error}") from error
    try:
        from_huggingface(weights, model)
    except ValueError as error:
        raise ValueError(f"{weights_file}: {error}") from error
    tokenizer = load_tokenizer(path / TOKENIZER_FILE)
    if tokenizer.get_vocab_size() > model.config.vocab_size:
        raise ValueError(
            f"{path / TOKENIZER_FILE} has {tokenizer.get_vocab_size()} tokens, the model only "
            f"{model.config.vocab_size}; they do not belong together"
        )
    return model.eval(), tokenizer
