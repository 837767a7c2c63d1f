"""Where a speech server listens. Every fault is one line, told at the start."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voices.errors import ServerStartError

_BACKLOG = 128
_CONNECT_SECONDS = 2.0


def tcp_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `ServerStartError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as exc:
        raise ServerStartError(f"cannot listen on {host}: {exc.strerror}") from exc
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as exc:
        listening.close()
        raise ServerStartError(f"cannot listen on {host} port {port}: {exc.strerror}") from exc
    return listening


@contextmanager
def unix_socket(path: Path) -> Iterator[socket.socket]:
    """A listening socket at `path` for this user and group; the file goes when the context ends.

    What a server that died left behind is replaced. Raises `ServerStartError` when something else is there.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _clear(path)
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen(_BACKLOG)
        mine = path.stat().st_ino
    except OSError as exc:
        listening.close()
        raise ServerStartError(f"cannot listen on {path}: {exc.strerror or exc}") from exc
    except ServerStartError:
        listening.close()
        raise
    try:
        yield listening
    finally:
        listening.close()
        with suppress(OSError):
            if path.stat().st_ino == mine:
                path.unlink()


def _clear(path: Path) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ServerStartError(f"{path} exists and is not a socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(_CONNECT_SECONDS)
        try:
            trial.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise ServerStartError(f"another server listens on {path}")
