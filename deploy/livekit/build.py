"""Builds the real livekit-server from the Go module proxy, once; the binary is kept in the cache folder.

About 90 s on two free cores. Prints where the binary is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MODULE = Path(__file__).resolve().parent
PACKAGE = "github.com/livekit/livekit-server/cmd/server"
CACHE = Path(os.environ.get("TOWNLINE_CACHE") or Path.home() / ".cache" / "townline")


def version() -> str:
    """The version that `go.mod` pins."""
    found = re.search(r"^\s*github\.com/livekit/livekit-server v(\S+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def binary() -> Path:
    """Where the built server is, or will be."""
    return CACHE / "bin" / f"livekit-server-{version()}"


def build() -> Path:
    """The server, built if it is not there. Exits with a message when there is no Go or the build fails."""
    target = binary()
    if target.exists():
        return target
    if shutil.which("go") is None:
        sys.exit("livekit-server is built from source and needs Go 1.26 or newer: https://go.dev/dl/")
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_suffix(".making")
    command = ["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", str(making), PACKAGE]
    print(f"==> livekit-server {version()} is being built, about 90 s on two cores, once", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=MODULE, check=False)
    if done.returncode != 0:
        sys.exit("livekit-server could not be built")
    making.replace(target)
    return target


if __name__ == "__main__":
    print(build())
