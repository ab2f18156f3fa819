"""Linux's means of shutting a process in, used between the fork of a child and the first line of a learner's code.

bubblewrap has built the room around the parent and has left it the right to build further rooms. Each child gets one of
its own, then gives that right up. The calls are those of unshare(2), mount(2), capabilities(7) and seccomp(2).
"""

import ctypes
import os

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 0x1, 0x2, 0x4, 0x8, 0x4000, 0x40000
PR_SET_SECCOMP, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 22, 23, 24, 36
SECCOMP_MODE_FILTER, SIZE_OF_INSTRUCTION = 2, 8
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
LINUX_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent ends. Raises `OSError`."""
    _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER")


def leave_namespaces() -> None:
    """Leave this process's namespaces for fresh ones; its next child is the first process there. Raises `OSError`."""
    flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
    _check(_libc.unshare(flags), "unshare")


def mount_own(scratch: int) -> None:
    """Give this process a view of its own processes alone, and an empty /tmp of so many bytes. Raises `OSError`."""
    _mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    # Where the operator is root, /proc/sys would let its owner write, and the kernel runs what core_pattern names.
    _mount(b"proc", b"/proc", b"proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    # Terminals are shared by all children, and their modes could be set.
    _mount(b"tmpfs", b"/dev/pts", b"tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, b"size=4k")
    _mount(b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, b"size=%d,nr_inodes=4096,mode=700" % scratch)


def give_up_privileges() -> None:
    """Lose every capability, for this process and whatever it might become. Raises `OSError`."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    _check(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "PR_CAP_AMBIENT_CLEAR_ALL")
    capability = 0
    while _libc.prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:  # the kernel says when there are no more
        _check(_libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), f"PR_CAPBSET_DROP {capability}")
        capability += 1
    header, nothing = _Header(LINUX_CAPABILITY_VERSION_3, 0), (_Data * 2)()
    _check(_libc.capset(ctypes.byref(header), nothing), "capset")


def forbid_system_calls(program: bytes) -> None:
    """Have the kernel ask this filter before each system call, for ever. Raises `OSError` where it has no seccomp.

    Args:
        program: instructions as seccomp(2) takes them, 8 bytes each.
    """
    instructions = ctypes.create_string_buffer(program, len(program))
    whole = _Program(len(program) // SIZE_OF_INSTRUCTION, ctypes.addressof(instructions))
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(whole), 0, 0), "PR_SET_SECCOMP")


def _mount(source: bytes, target: bytes, kind: bytes | None, flags: int, options: bytes | None) -> None:
    _check(_libc.mount(source, target, kind, ctypes.c_ulong(flags), options), f"mount {target.decode()}")


def _check(result: int, what: str) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
