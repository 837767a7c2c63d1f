"""What a decision is made with, besides the call's own state: the published services and the circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.confidence import LIMITS, Limits
from agent.decision import Circumstances
from agent.phrases import noun
from agent.state import CallState
from intents.service import Service


@dataclass(frozen=True, slots=True)
class Context:
    """`services` are those of the release that the call began with; `council` and `phone` are said aloud."""

    services: Mapping[str, Service]
    circumstances: Circumstances
    council: str
    phone: str
    limits: Limits = LIMITS

    def service(self, state: CallState) -> Service | None:
        """The service that is being dealt with."""
        return self.services.get(state.service) if state.service else None

    def noun(self, intent: str) -> str:
        """What a service is called in a sentence: "a bin that was not collected"."""
        return noun(self.services[intent])
