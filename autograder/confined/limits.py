"""How much a learner's process may use, set from inside before any of its code runs."""

import re
import resource
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one process may use. Each protects the machine and the other submissions, so none is a matter of grades."""

    memory: int = 2048 * MIB
    """Bytes of address space beyond what the process has at its start."""
    cpu_seconds: int = 1800
    """Of all threads together; a backstop, since the waiting time is limited from outside."""
    file_size: int = 16 * MIB
    """Bytes of one file."""
    scratch: int = 64 * MIB
    """Bytes of all files in /tmp together, which is all that can be written to."""
    open_files: int = 256
    processes: int = 512
    """Threads; further processes are forbidden altogether. Older kernels count all that the user runs."""


def apply(limits: Limits) -> None:
    """Put the limits on this process; it cannot lift them again. Raises `OSError` or `ValueError`."""
    limit(resource.RLIMIT_AS, address_space() + limits.memory)
    limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    limit(resource.RLIMIT_FSIZE, limits.file_size)
    limit(resource.RLIMIT_NOFILE, limits.open_files)
    limit(resource.RLIMIT_NPROC, limits.processes)
    limit(resource.RLIMIT_CORE, 1)  # with 0 the kernel still hands a core to a program, where it has one for them
    limit(resource.RLIMIT_MEMLOCK, 0)


def limit(kind: int, value: int) -> None:
    """Set soft and hard limit, unless the hard one is lower already."""
    _, hard = resource.getrlimit(kind)
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (lowest, lowest))


def address_space() -> int:
    """Bytes of address space that this process has now."""
    found = re.search(r"^VmSize:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status has no VmSize")
    return int(found[1]) * 1024
