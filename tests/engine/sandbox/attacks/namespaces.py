"""Makes a world of its own, in which it would be root."""

import os

from world import ALONE, VICTIM, call, done, reached

FLAGS = {"user": 0x10000000, "mount": 0x00020000, "network": 0x40000000, "process": 0x20000000}
FILES = {"user": "user", "mount": "mnt", "network": "net", "process": "pid"}
CLONE = {"x86_64": 56}.get(os.uname().machine, 220)
SIGCHLD = 17


def clone(flag: int) -> bool:
    child = call("syscall", CLONE, flag | SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return os.waitpid(child, 0)[0] == child


def unshare(flag: int) -> bool:
    """In a child: the process of this attack keeps its world."""
    child = os.fork()
    if child == 0:
        try:
            call("unshare", flag)
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise OSError
    return True


for name, flag in FLAGS.items():
    done(f"unshare {name}", lambda flag=flag: unshare(flag | FLAGS["user"]))
    done(f"clone {name}", lambda flag=flag: clone(flag | FLAGS["user"]))
    path = f"/proc/{VICTIM}/ns/{FILES[name]}"
    done(f"join {name}", lambda path=path, flag=flag: call("setns", os.open(path, 0), flag))
if not ALONE:
    for where in (b".", b"/", b"/proc"):
        reached("mount", "mount", b"none", where, b"tmpfs", 0, None)
        reached("bind", "mount", b"/", where, None, 4096, None)
        reached("remount", "mount", b"none", where, None, 32 | 4096, None)
        reached("umount", "umount2", where, 2)
        reached("chroot", "chroot", where)
    for number, what in (
        (155, "pivot_root"),
        (428, "open_tree"),
        (430, "fsopen"),
        (442, "setattr"),
    ):
        reached(what, "syscall", number, b".", 0, 0, 0, 0)
