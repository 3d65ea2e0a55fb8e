"""Give up what a program does not need, for good, and run it: `confine.py PROGRAM CPU_SECONDS MEGABYTES`.

It stands alone, as it is started as a script: it imports nothing but the standard library, and Linux is asked through
`ctypes`. What the kernel does not offer is left out (`docs/security.md` tells what that means).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

FILE_BYTES = 4 * 1024 * 1024  # of a file that it writes
OPEN_FILES = 64

_READ = 1 << 0 | 1 << 2 | 1 << 3  # of Landlock: execute, read a file, read a folder
_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK = 3  # bind and connect by TCP, from version 4 on
_SCOPES = 3  # abstract sockets and signals of processes outside, from version 6 on
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

_FORBIDDEN = {  # what a test of a function never needs: name, number on x86-64, on arm64
    "socket": (41, 198),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "swapon": (167, 224),
    "sethostname": (170, 161),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
}
_CLONE, _CLONE3, _PRLIMIT = (56, 220), (435, 435), (302, 261)
_THREAD = 0x10000  # of clone: a thread, and not a process
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_ALLOW, _REFUSE, _LACKING = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38  # EPERM, ENOSYS


def limit(cpu_seconds: int, megabytes: int) -> None:
    """Limit processor time, memory, and the size and number of files."""
    import resource

    size = megabytes * 1024 * 1024
    for name, most in (
        ("RLIMIT_CPU", cpu_seconds),
        ("RLIMIT_AS", size),
        ("RLIMIT_DATA", size),
        ("RLIMIT_FSIZE", FILE_BYTES),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
            try:
                resource.setrlimit(kind, (wanted, wanted))
            except (ValueError, OSError):
                continue  # macOS refuses some of them


def leave_files(folder: str) -> bool:
    """From now on read only what Python needs, and write only in `folder`: Landlock of Linux; whether it is there."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    handled = _HANDLED[min(version, 5)]
    attributes = struct.pack("=QQQ", handled, _NETWORK if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return False
    readable = [
        *sys.path,
        sys.prefix,
        sys.base_prefix,
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/share/zoneinfo",
    ]
    files = ["/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/dev/zero"]
    allowed = [(path, _READ) for path in readable if path and os.path.isabs(path)]  # noqa: PTH117 - little is imported
    allowed += [(path, 1 << 2 | (1 << 1 if path == "/dev/null" else 0)) for path in files]
    for path, access in [*allowed, (folder, handled)]:
        _allow(libc, rules, path, access & handled)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    done: bool = libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0
    os.close(rules)
    return done


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112
        access &= 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14  # what a file has
    libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, place), ctypes.c_uint32(0))
    os.close(place)


def leave_calls() -> bool:
    """From now on open no socket, and start, signal or look into no process: seccomp of Linux; whether it is there."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or sys.maxsize < 2**32:
        return False
    architecture, column = known
    program = _program(architecture, column)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    held = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(held))
    done: bool = libc.prctl(22, 2, header, 0, 0) == 0  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    return done


def _program(architecture: int, column: int) -> list[tuple[int, int, int, int]]:
    """The filter, in the language of Berkeley packet filters: load a word, jump when it is equal, return."""
    load, jump, at_least, bits, end = 0x20, 0x15, 0x35, 0x45, 0x06
    number, arguments = 0, 16
    made = [(load, 0, 0, 4), (jump, 1, 0, architecture), (end, 0, 0, _REFUSE), (load, 0, 0, number)]
    made += [(at_least, 0, 1, 0x40000000), (end, 0, 0, _REFUSE)]  # the other calls of x86-64
    for numbers in _FORBIDDEN.values():
        if (forbidden := numbers[column]) is not None:
            made += [(jump, 0, 1, forbidden), (end, 0, 0, _REFUSE)]
    made += [(jump, 0, 1, _CLONE3[column]), (end, 0, 0, _LACKING)]  # its flags can't be seen, and libc has clone
    made += [
        (jump, 0, 3, _PRLIMIT[column]),
        (load, 0, 0, arguments),
        (jump, 1, 0, 0),
        (end, 0, 0, _REFUSE),
    ]  # of others
    made += [(load, 0, 0, number)]
    made += [(jump, 0, 3, _CLONE[column]), (load, 0, 0, arguments), (bits, 1, 0, _THREAD), (end, 0, 0, _REFUSE)]
    return [*made, (end, 0, 0, _ALLOW)]


def main() -> None:
    """Confine this process to the current folder, and run the program in it."""
    program, cpu_seconds, megabytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(program, encoding="utf-8") as file:  # noqa: PTH123 - before files are left
        source = file.read()
    if sys.platform != "win32":
        limit(cpu_seconds, megabytes)
    if sys.platform == "linux":
        leave_files(os.getcwd())  # noqa: PTH109
        leave_calls()
    sys.argv = [program]
    exec(compile(source, program, "exec"), {"__name__": "__main__", "__file__": program})  # noqa: S102 - its purpose


if __name__ == "__main__":
    main()
