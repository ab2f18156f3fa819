"""The filter of system calls as a program, and what is said where it cannot be made."""

import sys

import pytest

from autograder.confined.namespaces import SIZE_OF_INSTRUCTION
from autograder.grading.system_calls import NoFilterError, compile_filter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")


def test_the_program_is_a_number_of_instructions() -> None:
    program = compile_filter()
    assert len(program) % SIZE_OF_INSTRUCTION == 0
    assert len(program) > 40 * SIZE_OF_INSTRUCTION
    assert program == compile_filter()


def test_without_libseccomp_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(NoFilterError, match="apt install libseccomp2"):
        compile_filter()
