"""The system calls that a learner's process may not make, as a program for the kernel's seccomp filter.

Compiled out here, by libseccomp; the process only hands the bytes to its kernel.
"""

import errno
import tempfile

CLONE_THREAD = 0x10000
AF_UNIX = 1

PROCESSES = ("fork", "vfork", "execve", "execveat")
OTHER_PROCESSES = ("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd")
NAMESPACES = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "open_by_handle_at", "name_to_handle_at"),
)
UNCOUNTED_MEMORY = ("memfd_create", "memfd_secret", "shmget", "shmat", "msgget", "semget", "mq_open", "setsockopt")
"""What RLIMIT_AS does not see; larger buffers of sockets among it."""
KERNEL = (
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("add_key", "request_key", "keyctl", "fanotify_init", "syslog", "personality", "quotactl", "acct"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff"),
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "vhangup"),
)
"""Parts of the kernel that no answer needs; fewer of them, fewer of its mistakes within reach."""


class NoFilterError(RuntimeError):
    """libseccomp is not there, or cannot make the filter."""


def compile_filter() -> bytes:
    """The filter: further processes, others' memory, new namespaces and sockets that lead anywhere are refused.

    Raises `NoFilterError` saying what to install.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError) as error:
        raise NoFilterError(f"{error}; install libseccomp (Debian, Ubuntu: apt install libseccomp2)") from error
    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in (*PROCESSES, *OTHER_PROCESSES, *NAMESPACES, *UNCOUNTED_MEMORY, *KERNEL):
        # An older libseccomp does not know the newest calls, and some processors never had the oldest.
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0:
            rules.add_rule(refuse, name)
    rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    # Whoever breaks a limit that he set himself is killed by the kernel, which looks like a kill from outside.
    rules.add_rule(refuse, "setrlimit")
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0))
    # clone3 has its flags in memory, where a filter cannot look; without it the C library takes clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", pyseccomp.Arg(0, pyseccomp.NE, AF_UNIX))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
