"""Sets this machine up for `make run` or `make test`: every step once, quickly skipped when nothing changed.

Needs nothing but Python 3.11; packages come from the machine's own registries, by name and checksum.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = Path(os.environ.get("TOWNLINE_CACHE") or Path.home() / ".cache" / "townline")
STAMPS = VENV / ".prepared"
LOG = CACHE / "prepare.log"
PYTHON = VENV / "bin" / "python"
LLAMA_FLAGS = "-DLLAVA_BUILD=OFF"
if platform.machine() == "x86_64":
    # Virtual machines announce these instructions and then end a program that uses them.
    LLAMA_FLAGS += " -DCMAKE_C_FLAGS=-mno-amx-int8 -DCMAKE_CXX_FLAGS=-mno-amx-int8"
BUILT = re.compile(r"\[(\d+)/(\d+)\]")


def say(text: str) -> None:
    """One line a step; every line ends up in the log of a CI run as well."""
    print(f"==> {text}", flush=True)


def run(command: list[str], *, each: Callable[[str], None] = lambda line: None, **env: str) -> None:
    """Run a command with its output in the log; on failure show the end of it and stop."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **env}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            log.write(line)
            lines = [*lines[-24:], line]
            each(line)
    if process.wait() != 0:
        sys.exit(f"{''.join(lines)}\nThis failed: {' '.join(command)}\nEverything it said is in {LOG}")


def once(name: str, inputs: Iterable[Path], text: str, work: Callable[[], None]) -> None:
    """Do `work` unless it was done with these very files."""
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(text)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def system_packages(uses: set[str]) -> None:
    """Debian's packages: installed when root, listed when not."""
    rows = [line.split(maxsplit=2) for line in (ROOT / "deploy/system-packages.txt").read_text().splitlines()]
    listed = [row for row in rows if len(row) == 3 and row[0] in uses]
    missing = [package for _, package, proof in listed if not _there(proof.strip())]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        sys.exit(f"These system packages are missing. Please run, as root:\n\n    {' '.join(command)}\n")
    say(f"System packages: {', '.join(missing)}")
    run(["apt-get", "update"])
    run(command, DEBIAN_FRONTEND="noninteractive")


def _there(proof: str) -> bool:
    if proof.startswith("import:"):
        return subprocess.run([sys.executable, "-c", f"import {proof[7:]}"], check=False).returncode == 0
    if proof.startswith("/"):
        return any(Path("/").glob(proof[1:]))
    return any((Path(folder) / proof).exists() for folder in os.environ["PATH"].split(os.pathsep))


def installer() -> str:
    """uv, in an environment of its own, pinned in `deploy/bootstrap.txt`."""
    pins = ROOT / "deploy/bootstrap.txt"
    home = CACHE / "bootstrap" / hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    if not (home / "bin/uv").exists():
        say("The package installer")
        run([sys.executable, "-m", "venv", "--clear", str(home)])
        run([str(home / "bin/pip"), "install", "--quiet", "--require-hashes", "-r", str(pins)])
    return str(home / "bin/uv")


def environment(uv: str) -> None:
    """The project's own Python environment."""
    if not PYTHON.exists():
        say(f"A Python environment in {VENV.name}")
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])


def language_model_library(uv: str) -> None:
    """llama-cpp-python is compiled for this processor, once; the wheel is kept in the cache."""
    lock = (ROOT / "requirements-llm.lock").read_text()
    pin = re.search(r"^llama-cpp-python==(\S+)(?: \\\n    --hash=\S+)+", lock, re.MULTILINE)
    assert pin is not None
    wheels = CACHE / "wheels" / f"llama-{pin[1]}-{_processor()}"
    if not list(wheels.glob("*.whl")):
        wheels.mkdir(parents=True, exist_ok=True)
        say("The language model's library is being compiled, 5 to 8 minutes on two cores, once")
        wanted = wheels / "pin.txt"
        wanted.write_text(pin[0])
        # pip's own cache of wheels does not know with which flags one was made.
        pip = [str(Path(uv).with_name("pip")), "wheel", "--verbose", "--no-cache-dir", "--no-deps", "--require-hashes"]
        run([*pip, "-w", str(wheels), "-r", str(wanted)], each=_compiled(), CMAKE_ARGS=LLAMA_FLAGS)
    wheel = next(wheels.glob("*.whl"))
    run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps", "--reinstall", str(wheel)])


def _processor() -> str:
    """Compiled code uses what this processor has, so a wheel made on another, or otherwise, must not be taken."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    flags = re.search(r"^(?:flags|Features)\s*:(.*)$", info, re.MULTILINE)
    return hashlib.sha256(f"{flags[1] if flags else ''} {LLAMA_FLAGS}".encode()).hexdigest()[:12]


def _compiled() -> Callable[[str], None]:
    """Shows every eighth of the way."""
    shown = 0

    def each(line: str) -> None:
        nonlocal shown
        if (found := BUILT.search(line)) and (eighth := 8 * int(found[1]) // int(found[2])) > shown:
            shown = eighth
            say(f"    {found[1]} of {found[2]} files")

    return each


def python_packages(uv: str, lock: Path) -> None:
    """What the lock file pins, checked by its hashes."""
    install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    run([*install, "--require-hashes", "-r", str(lock)])


def peers(uv: str) -> None:
    """Other speech servers, to test with and to compare with, in an environment of their own."""
    folder = VENV / "peers"
    run([uv, "venv", "--quiet", "--clear", "--python", str(PYTHON), str(folder)])
    install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin/python")]
    run([*install, "--require-hashes", "-r", str(ROOT / "bench/peers/requirements.lock")])


def livekit_server() -> None:
    """The real one, built from the Go module proxy."""
    run([sys.executable, "deploy/livekit/build.py"])


def project(uv: str) -> None:
    """Townline itself, in place."""
    run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "-e", "."])


def prepare(goal: str) -> None:
    """All steps for `run` or `test`."""
    config = (ROOT / "config.yaml").read_text()
    llm = goal == "test" or re.search(r"^llm:\n(?:[ #].*\n|\n)*?  mode: *embedded", config, re.MULTILINE) is not None
    system_packages({"run", goal} | ({"llm"} if llm else set()))
    uv = installer()
    environment(uv)
    lock = ROOT / {"run": "requirements-llm.lock" if llm else "requirements.lock"}.get(goal, "requirements-test.lock")
    if llm:
        llm_lock = ROOT / "requirements-llm.lock"
        once("llama", [llm_lock, Path(__file__)], "The language model's library", lambda: language_model_library(uv))
    once(lock.stem, [lock], f"Python packages ({lock.name})", lambda: python_packages(uv, lock))
    once("project", [ROOT / "pyproject.toml"], "Townline itself", lambda: project(uv))
    if goal == "test":
        once("peers", [ROOT / "bench/peers/requirements.lock"], "Other speech servers, to test with", lambda: peers(uv))
        pins = [ROOT / "deploy/livekit/go.mod", ROOT / "deploy/livekit/go.sum"]
        if shutil.which("go"):
            once("livekit", pins, "The real livekit-server, about 90 s on two cores, once", livekit_server)
        else:
            say("Without Go there is no livekit-server: tests that need it are skipped")
    npm_lock = ROOT / "package-lock.json"
    if npm_lock.exists():
        once("npm", [npm_lock], "Packages for the web pages", lambda: run(["npm", "ci", "--no-audit", "--no-fund"]))
    groups = ["--default", "--test"] if goal == "test" else ["--default"]
    fetched = subprocess.run([str(PYTHON), "-m", "agent.commands.models", "fetch", *groups], cwd=ROOT, check=False)
    if fetched.returncode != 0:
        sys.exit(fetched.returncode)


if __name__ == "__main__":
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"Townline needs Python 3.11; this is {sys.version.split()[0]}. Set PYTHON=/path/to/python3.11")
    started = time.monotonic()
    prepare(sys.argv[1])
    say(f"Ready to {sys.argv[1]} after {time.monotonic() - started:.0f} s")
