"""The `llm` section of `config.yaml`."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Task(StrEnum):
    """What the language model may be asked to do."""

    CHOOSE = "choose"
    EXTRACT = "extract"
    PHRASE = "phrase"
    SUMMARISE = "summarise"


class Deadlines(BaseModel):
    """Seconds after which the words that need no model are taken instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    choose: float = Field(default=1.5, gt=0, le=60)
    extract: float = Field(default=2.5, gt=0, le=60)
    phrase: float = Field(default=3.0, gt=0, le=60)
    summarise: float = Field(default=10.0, gt=0, le=120)

    def of(self, task: Task) -> float:
        """Seconds for one task."""
        return float(getattr(self, task.value))


class LlmSettings(BaseModel):
    """Which language model there is, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["off", "embedded", "remote"] = "off"
    """`embedded`: a child process on this machine · `remote`: anything at `url` that speaks the OpenAI API."""
    model: str = "qwen-coder-1.5b"
    """embedded: a name in `models.yaml`, the path of a GGUF file, or `owner/repository:file.gguf` on the hub ·
    remote: the name the server knows the model by."""
    url: str | None = Field(default=None, pattern=r"^https?://")
    threads: int = Field(default=2, ge=1, le=256)
    context: int = Field(default=4096, ge=512)
    """Tokens of context that the embedded server keeps."""
    deadline_seconds: Deadlines = Deadlines()

    @model_validator(mode="after")
    def _remote_has_url(self) -> LlmSettings:
        if self.mode == "remote" and self.url is None:
            raise ValueError("expected url, as mode is remote")
        return self
