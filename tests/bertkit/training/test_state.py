"""A training that is saved, damaged, loaded: it goes on bit for bit, or nothing has changed."""

import json
import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LRScheduler, OneCycleLR, SequentialLR

import bertkit.training.state
from bertkit.training.state import HEADER, load_checkpoint, save_checkpoint

STEPS, SAVED_AT = 9, 4


class Net(nn.Module):
    """Buffers, dropout, a tied parameter and a frozen one."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(5, 4)
        self.norm = nn.BatchNorm1d(4)
        self.frozen = nn.Linear(4, 4)
        self.frozen.requires_grad_(False)
        self.dropout = nn.Dropout(0.4)
        self.out = nn.Linear(4, 5, bias=False)
        self.out.weight = self.table.weight

    def forward(self, ids: Tensor) -> Tensor:
        return self.out(self.dropout(self.frozen(self.norm(self.table(ids)))))


OPTIMIZERS: dict[str, Callable[[Any], Optimizer]] = {
    "AdamW": lambda parameters: AdamW(parameters, lr=0.01),
    "AdamW, fused": lambda parameters: AdamW(parameters, lr=0.01, fused=True),
    "AdamW, a tensor as rate": lambda parameters: AdamW(parameters, lr=torch.tensor(0.01), foreach=False),
    "SGD with momentum": lambda parameters: SGD(parameters, lr=0.05, momentum=0.9, nesterov=True),
    "SGD": lambda parameters: SGD(parameters, lr=0.05),
    "Adam, amsgrad": lambda parameters: Adam(parameters, lr=0.01, amsgrad=True),
}
SCHEDULERS: dict[str, Callable[[Optimizer], LRScheduler]] = {
    "LambdaLR": lambda optimizer: LambdaLR(optimizer, lambda step: 1 / (1 + step)),
    "OneCycleLR": lambda optimizer: OneCycleLR(optimizer, max_lr=0.1, total_steps=STEPS + 1),
    "CosineAnnealingLR": lambda optimizer: CosineAnnealingLR(optimizer, T_max=6),
    "SequentialLR": lambda optimizer: SequentialLR(
        optimizer, [CosineAnnealingLR(optimizer, 3), LambdaLR(optimizer, lambda step: 0.5**step)], [5]
    ),
}


class Setup:
    """Everything that a training changes, its first weights from a seed."""

    def __init__(
        self,
        optimizer: str = "AdamW",
        scheduler: str = "LambdaLR",
        seed: int = 0,
        change: Callable[[nn.Module], nn.Module] = lambda net: net,
        net: Callable[[], nn.Module] = Net,
    ) -> None:
        torch.manual_seed(seed)
        self.model = change(net())
        decayed = [each for each in self.model.parameters() if each.dim() > 1]
        others = [each for each in self.model.parameters() if each.dim() == 1]
        self.optimizer = OPTIMIZERS[optimizer]([{"params": decayed, "weight_decay": 0.1}, {"params": others}])
        self.scheduler = SCHEDULERS[scheduler](self.optimizer)

    def train(self, start: int, stop: int) -> list[float]:
        """Losses of steps whose batches depend on their number alone, and their dropout on torch's own generator."""
        losses = []
        for step in range(start, stop):
            ids = torch.randint(5, (6,), generator=torch.Generator().manual_seed(step))
            self.optimizer.zero_grad()
            loss = nn.functional.cross_entropy(self.model(ids), (ids + 1) % 5)
            loss.backward()
            self.optimizer.step()
            self.scheduler.step()
            losses.append(loss.item())
        return losses

    def save(self, path: Path, step: int = SAVED_AT) -> None:
        save_checkpoint(path, self.model, self.optimizer, self.scheduler, step)

    def load(self, path: Path) -> int:
        return load_checkpoint(path, self.model, self.optimizer, self.scheduler)

    def state(self) -> Any:
        """All of it, in a form that can be compared."""
        return comparable(
            [
                self.model.state_dict(),
                self.optimizer.state_dict(),
                self.scheduler.state_dict(),
                [module.training for module in self.model.modules()],
                torch.get_rng_state(),
            ]
        )


def comparable(value: Any) -> Any:
    if isinstance(value, Tensor):
        return str(value.dtype), value.tolist()
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items()}
    return [comparable(each) for each in value] if isinstance(value, list | tuple) else value


def assert_goes_on(path: Path, **kind: Any) -> None:
    """Saved, loaded into one that began elsewhere and trained on, it is what it would have been."""
    whole = Setup(**kind)
    losses = whole.train(0, SAVED_AT)
    whole.save(path)
    losses += whole.train(SAVED_AT, STEPS)
    expected = whole.state()
    other = Setup(**kind, seed=1)
    other.train(0, 2)
    assert other.load(path) == SAVED_AT
    content = path.read_bytes()
    assert other.train(SAVED_AT, STEPS) == losses[SAVED_AT:]
    assert other.state() == expected
    assert path.read_bytes() == content  # what was loaded is not the file's own memory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.safetensors"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_goes_on(optimizer: str, path: Path) -> None:
    assert_goes_on(path, optimizer=optimizer)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("optimizer", ["AdamW, fused", "SGD with momentum"])
def test_every_scheduler_goes_on(optimizer: str, scheduler: str, path: Path) -> None:
    assert_goes_on(path, optimizer=optimizer, scheduler=scheduler)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
@pytest.mark.parametrize("optimizer", ["AdamW", "AdamW, fused", "SGD with momentum"])
def test_other_types_go_on(optimizer: str, dtype: torch.dtype, path: Path) -> None:
    assert_goes_on(path, optimizer=optimizer, change=lambda net: net.to(dtype))


def test_before_the_first_step(path: Path) -> None:
    whole, other = Setup(), Setup(seed=1)
    random_state = torch.get_rng_state()
    other.save(path, step=0)
    torch.set_rng_state(random_state)
    expected = other.state()
    assert whole.state() != expected
    assert whole.load(path) == 0
    assert whole.state() == expected


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_stays_as_it_was(training: bool, path: Path) -> None:
    saved, loaded = Setup(), Setup()
    saved.model.train(not training)
    saved.save(path)
    assert saved.model.training is not training
    loaded.model.train(training)
    loaded.model.norm.train(not training)
    loaded.load(path)
    assert loaded.model.training is training
    assert loaded.model.norm.training is not training


def test_tied_weights_stay_tied(path: Path) -> None:
    Setup().save(path)
    other = Setup(seed=1)
    other.load(path)
    assert other.model.out.weight is other.model.table.weight


def test_saving_changes_nothing(path: Path) -> None:
    setup = Setup()
    setup.train(0, 3)
    before = setup.state()
    setup.save(path)
    assert setup.state() == before


def test_a_text_is_a_path_too(path: Path) -> None:
    setup = Setup()
    save_checkpoint(str(path), setup.model, setup.optimizer, setup.scheduler, 7)
    assert load_checkpoint(str(path), setup.model, setup.optimizer, setup.scheduler) == 7


def test_what_cannot_be_saved_is_named(path: Path) -> None:
    setup = Setup()
    setup.optimizer.param_groups[0]["note"] = {1, 2}
    with pytest.raises(TypeError, match=r"optimizer\.param_groups\.0\.note is \{1, 2\}"):
        setup.save(path)
    assert not any(path.parent.iterdir())


def cut_at(share: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])

    return cut


def cut_last_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def one_byte_more(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def chance(seed: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(random.Random(seed).randbytes(5000))

    return write


def header(text: str) -> Callable[[Path], None]:
    """Other words in place of the state."""
    return lambda path: save_file({"model.x": torch.zeros(2)}, path, metadata={HEADER: text})


def packed(**changed: Any) -> Callable[[Path], None]:
    """One part of the state replaced."""

    def change(path: Path) -> None:
        with bertkit.training.state.safe_open(path, "pt") as file:
            state = json.loads(file.metadata()[HEADER])
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 - not a dict
        state["dict"] = [[key, changed.get(key, each)] for key, each in state["dict"] if changed.get(key, 0) != "gone"]
        save_file(tensors, path, metadata={HEADER: json.dumps(state)})

    return change


class Trap:
    """A pickle that ends the process where it is loaded."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def pickled(path: Path) -> None:
    torch.save({"model": Trap()}, path)


def bare_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps(Trap()))


def zeros(path: Path) -> None:
    path.write_bytes(bytes(5000))


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "a folder": as_folder,
    **{f"cut at {share:.0%}": cut_at(share) for share in (0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)},
    "last byte": cut_last_byte,
    "longer": one_byte_more,
    **{f"chance {seed}": chance(seed) for seed in range(8)},
    "zeros": zeros,
    "pickle": pickled,
    "bare pickle": bare_pickle,
    "other safetensors": lambda path: save_file({"weight": torch.zeros(3)}, path),
    "other safetensors with a note": lambda path: save_file({"weight": torch.zeros(3)}, path, metadata={"a": "b"}),
    **{
        f"header {text[:12]}": header(text)
        for text in (
            "",
            "no JSON",
            "{",
            "[]",
            "5",
            "null",
            '"text"',
            "{}",
            '{"a": 1, "b": 2}',
            '{"tensor": "nowhere"}',
            '{"tensor": "model.x"}',
            '{"dict": []}',
            '{"dict": 5}',
            '{"dict": [[[], 1]]}',
            '{"tuple": 1}',
            "[" * 100_000,
        )
    },
    **{f"no {part}": packed(**{part: "gone"}) for part in ("model", "optimizer", "scheduler", "random", "step")},
    **{
        f"{part} {value}": packed(**{part: value})
        for part in ("model", "optimizer", "scheduler", "random", "step")
        for value in (None, "text", [])
    },
    "step of 1e999": packed(step=float("inf")),
    "number as model": packed(model=3),
    "number as scheduler": packed(scheduler=3),
    "random state of another size": packed(random={"tensor": "model.norm.weight"}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_named_and_changes_nothing(damage: Callable[[Path], None], path: Path) -> None:
    saved = Setup(seed=1)
    saved.train(0, SAVED_AT)
    saved.save(path)
    damage(path)
    setup = Setup()
    setup.train(0, 2)
    before = setup.state()
    with pytest.raises(ValueError, match=r"state\.safetensors is (missing or is no whole checkpoint|of another)"):
        setup.load(path)
    assert setup.state() == before


class Wider(Net):
    """A parameter of another shape."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen = nn.Linear(4, 4, bias=False)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"net": Wider}, "of another model: 'frozen.bias' differs"),
        ({"net": lambda: nn.Embedding(5, 6)}, "of another model"),
        ({"optimizer": "SGD"}, "of another optimiser"),
        ({"scheduler": "CosineAnnealingLR"}, "of another scheduler"),
    ],
    ids=["a parameter less", "another model", "another optimiser", "another scheduler"],
)
def test_a_file_of_another_training(other: dict[str, Any], message: str, path: Path) -> None:
    saved = Setup()
    saved.train(0, 2)
    saved.save(path)
    setup = Setup(**other)
    before = setup.state()
    with pytest.raises(ValueError, match=message):
        setup.load(path)
    assert setup.state() == before


class DiedError(Exception):
    """The save was cut short."""


def dying_in_the_middle(tensors: Any, path: Any, metadata: Any) -> None:
    Path(path).write_bytes(b"half of it")
    raise DiedError


def dying(*rest: Any) -> None:
    raise DiedError


@pytest.mark.parametrize("before", [True, False], ids=["over an old one", "the first"])
@pytest.mark.parametrize(
    ("module", "name", "death"),
    [
        (bertkit.training.state, "save_file", dying_in_the_middle),
        (os, "fsync", dying),
        (os, "replace", dying),
    ],
    ids=["while it writes", "before it is on the disk", "before it is in its place"],
)
def test_a_save_that_dies_leaves_what_was_there(
    module: Any, name: str, death: Any, before: bool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = Setup()
    expected = setup.state()
    if before:
        setup.save(path, step=1)
    setup.train(0, 3)
    monkeypatch.setattr(module, name, death)
    with pytest.raises(DiedError):
        setup.save(path, step=3)
    assert [entry.name for entry in path.parent.iterdir()] == ([path.name] if before else [])
    if before:
        other = Setup(seed=1)
        assert other.load(path) == 1
        assert other.state() == expected
