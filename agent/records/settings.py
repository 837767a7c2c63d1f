"""How long records are kept, and how references look."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RecordsSettings(BaseModel):
    """Part of the `agent` section of `config.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transcript_days: int = Field(default=30, ge=0, le=3650)
    """What was heard and said is kept this long; 0 keeps no words at all."""
    call_days: int = Field(default=90, ge=1, le=3650)
    """Calls, callbacks, handoffs and messages are kept this long after they are over."""
    reference_prefix: str = Field(default="", pattern=r"^[A-HJ-NP-Z]{0,3}$")
    """Letters that every reference begins with; empty takes two at random, which makes the shortest references."""
