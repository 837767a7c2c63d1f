"""Whether a process answers at its health address, by HTTP or, a speech server, by Wyoming: exit code 0 or 1."""

from __future__ import annotations

import json
import socket
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

_SECONDS = 3.0


def healthy(address: str) -> bool:
    """Whether it answers with success, or with the redirect to a sign-in. `tcp://host:port` is a speech server's."""
    return _describes_itself(address) if address.startswith("tcp://") else _answers(address)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - it is in the compose file
            return bool(answer.status < 400)
    except (urllib.error.URLError, TimeoutError):
        return False


def _describes_itself(address: str) -> bool:
    """A process that is only frozen still takes connections: it has to say something, too."""
    place = urlsplit(address)
    try:
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=_SECONDS) as server:
            server.settimeout(_SECONDS)
            server.sendall(b'{"type": "describe"}\n')
            return bool(json.loads(server.makefile("rb").readline())["type"] == "info")
    except (OSError, ValueError, KeyError, TypeError):
        return False


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1]))
