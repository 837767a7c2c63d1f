"""Where test models come from: a folder of small wheels that pip finds, and a hub on loopback."""

from __future__ import annotations

import base64
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_wheel(folder: Path, name: str, files: dict[str, bytes], version: str = "1.0") -> str:
    """Write a wheel that holds these files and return its sha256."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}"
        for path, content in contents.items()
    ]
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, content in contents.items():
            archive.writestr(inside, content)
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]) + "\n")
    return digest(path.read_bytes())


@dataclass
class Hub:
    """A hub that holds `files` (`repo/revision/path` → content) and counts what was asked of it."""

    files: dict[str, bytes]
    address: str = ""
    downloads: list[str] = field(default_factory=list)


@contextmanager
def hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """Serve `files` as the hub does: metadata in the headers of HEAD, content by GET."""
    shop = Hub(files)

    class Handler(BaseHTTPRequestHandler):
        def _find(self) -> bytes | None:
            repo, _, rest = self.path.lstrip("/").partition("/resolve/")
            content = shop.files.get(f"{repo}/{rest}")
            if content is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
            else:
                self.send_response(200)
                self.send_header("ETag", f'"{digest(content)}"')
                self.send_header("X-Repo-Commit", "0" * 40)
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            return content

        def do_HEAD(self) -> None:
            self._find()

        def do_GET(self) -> None:
            if content := self._find():
                shop.downloads.append(self.path)
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shop.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
