"""What containers ask to find out whether a process is well."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.health import healthy


@contextmanager
def server(answer: bytes | None) -> Iterator[int]:
    """Takes one connection, reads, and answers; with `None` it says nothing, as a frozen process does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                if answer is not None:
                    connection.sendall(answer)
                done.wait(10)

        serving = threading.Thread(target=serve)
        serving.start()
        yield int(listening.getsockname()[1])
        done.set()
        serving.join()


def test_a_page_that_answers_is_well() -> None:
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as port:
        assert healthy(f"http://127.0.0.1:{port}/health")


def test_a_process_that_says_it_is_not_well_is_not() -> None:
    with server(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") as port:
        assert not healthy(f"http://127.0.0.1:{port}/health")


def test_a_speech_server_that_describes_itself_is_well() -> None:
    with server(b'{"type": "info", "data": {}}\n') as port:
        assert healthy(f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_frozen_process_is_not_well(scheme: str) -> None:
    with server(None) as port:
        assert not healthy(f"{scheme}://127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "tcp://127.0.0.1:9", "tcp://nowhere"])
def test_nobody_there_is_not_well(address: str) -> None:
    assert not healthy(address)
