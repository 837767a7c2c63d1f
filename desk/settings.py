"""The `desk` section of `config.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FRONTEND = Path(__file__).resolve().parent.parent / "node_modules" / "govuk-frontend" / "dist" / "govuk"


class DeskSettings(BaseModel):
    """Where the web listens and how long a member of staff stays signed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    frontend: Path = FRONTEND
    """The folder of GOV.UK Frontend's built files."""
    session_minutes: int = Field(default=60, ge=5)
    """A session ends after this long without a request."""
    session_hours: int = Field(default=12, ge=1)
    """A session ends this long after the sign-in, whatever is done in it."""
    behind_https: bool = False
    """A proxy in front speaks https: cookies are marked Secure and the proxy's `X-Forwarded-Proto` is not needed."""
