"""The synthetic class, for the tests beside it: tests are no package, so that a module has to be loaded by its path."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def classroom() -> ModuleType:
    """The module `classroom.py`."""
    spec = importlib.util.spec_from_file_location("classroom", Path(__file__).with_name("classroom.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
