"""Reaches other processes through sockets in files, without files, and shared memory."""

import os
import socket
from contextlib import suppress
from multiprocessing import shared_memory

from world import ALONE, FOLDER, WORLD, call, done

done("a socket in a file", lambda: socket.socket(socket.AF_UNIX).connect(WORLD["socket"]))
done("a socket without", lambda: socket.socket(socket.AF_UNIX).connect(WORLD["abstract"]))
done("a socket of its own", lambda: socket.socket(socket.AF_UNIX).bind(f"{FOLDER}/mine"))
done("a datagram", lambda: socket.socket(1, socket.SOCK_DGRAM).sendto(b"x", WORLD["socket"]))
if not ALONE:
    done("System V memory", lambda: call("shmget", 0x6D6E, 4096, 0o1666))
    done("System V messages", lambda: call("msgget", 0x6D6E, 0o1666))
    done("System V semaphores", lambda: call("semget", 0x6D6E, 1, 0o1666))
    done("POSIX messages", lambda: call("mq_open", b"/menon", os.O_CREAT | os.O_RDWR, 0o666, 0))
# The judge looks whether this can be seen from outside.
with suppress(OSError):
    shared_memory.SharedMemory(name=WORLD["memory"], create=True, size=4096)
os._exit(0)
