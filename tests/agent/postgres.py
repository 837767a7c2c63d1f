"""A real PostgreSQL for the tests: its own data directory, a socket in it, no network."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

_SETTINGS = ("fsync=off", "listen_addresses=", "max_connections=60", "shared_buffers=16MB")


def binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or `None` where PostgreSQL is not installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    candidates = [*packaged, *([Path(found).parent] if found else [])]
    return next((path for path in candidates if (path / "pg_ctl").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL and give its address without a database name; stop it and delete it at the end."""
    programs = binaries()
    assert programs is not None
    # A short path: a Unix socket's has at most 107 characters.
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        user = _hand_over(home)
        _as_user(user, programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={home}"))
        _as_user(user, programs / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://postgres@/%s?host={home}"
        finally:
            _as_user(user, programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def new_database(address: str) -> str:
    """Create an empty database on a `server()` and give its whole address."""
    return asyncio.run(created(address))


async def created(address: str) -> str:
    """The same, where an event loop runs already."""
    name = f"t{uuid.uuid4().hex}"
    connection = await asyncpg.connect(address % "postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()
    return address % name


def _hand_over(home: Path) -> str | None:
    """PostgreSQL refuses to run as root: give its folder to another user, and say which."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    shutil.chown(home, user)
    return user


def _as_user(user: str | None, *command: str | Path) -> None:
    words = [str(word) for word in command]
    # A pipe would be held open by the server that pg_ctl leaves behind.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, user=user, cwd="/", stdout=output, stderr=output, env=_environment(), check=False)
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(output.read().decode(errors="replace"))


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
