"""The `voices` section of `config.yaml`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_URI = r"tcp://[^/\s]+:\d+|unix:///\S+"


class VoicesSettings(BaseModel):
    """What the line hears and speaks with. Models are names in `models.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    whisper: str = "whisper-tiny-en"
    """The model that hears."""
    voice: str = "piper-joe"
    """The voice of the line."""
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    length_scale: float = Field(default=1.0, ge=0.5, le=2.0)
    """1.0 is the voice's own pace, 1.2 is slower."""
    threads: int | None = Field(default=None, ge=1, le=64)
    """Processor threads for one piece of hearing or speaking; without it, what measuring finds."""
    server: str = Field(default="embedded", pattern=rf"^(embedded|in-process|{_URI})$")
    """Where the models are: in a child process, in the line's own process, or at a server that speaks Wyoming."""
    speaking_server: str | None = Field(default=None, pattern=rf"^({_URI})$")
    """Where speaking has a server of its own, as with wyoming-piper beside wyoming-faster-whisper."""
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Loopback port of the embedded server's `/metrics`."""
