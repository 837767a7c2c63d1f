"""The speech server as a child process. It ends when its standard input closes: with its parent, however that ended.

Its standard output tells the parent one line: `ready` and the plan it runs by, or why it cannot start.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
from dataclasses import replace

from voices.errors import VoicesError
from voices.server import serving
from voices.server_settings import ServerSettings, from_json, to_json


def main() -> None:
    """Serve on the socket whose number is the first argument, with the settings in the second."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = from_json(sys.argv[2])
    listening = socket.socket(fileno=int(sys.argv[1]))
    try:
        asyncio.run(_serve(settings, listening))
    except VoicesError as exc:
        _tell(str(exc))
        sys.exit(1)


async def _serve(settings: ServerSettings, listening: socket.socket) -> None:
    async with serving(settings) as server:
        _tell(f"ready {to_json(replace(settings, plan=server.plan))}")
        await server.listen([listening])


def _tell(line: str) -> None:
    sys.stdout.write(line.replace("\n", " ") + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
