"""Reaches the server's ports and the internet."""

import socket

from world import ALONE, WORLD, attempt, done

PORT, DATAGRAMS = WORLD["port"], WORLD["datagrams"]
NOWHERE = ("198.51.100.7", 9)


def send(where: tuple[str, int]) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        return out.sendto(b"cnry", where)


for host in ("127.0.0.1", "localhost"):
    done(f"TCP to {host}", lambda host=host: socket.create_connection((host, PORT), 0.3))
done("TCP over IPv6", lambda: socket.create_connection(("::1", PORT), 0.3))
if not ALONE:
    done("TCP to the internet", lambda: socket.create_connection(NOWHERE, 0.3))
    attempt("UDP to the internet", lambda: send(NOWHERE))
    attempt("a name", lambda: socket.getaddrinfo("example.org", 80))
# Nobody answers: the judge looks whether it arrived.
attempt("", lambda: send(("127.0.0.1", DATAGRAMS)) and False)
