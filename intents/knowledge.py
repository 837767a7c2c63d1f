"""What the council has published, and where each answer comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intents.errors import IntentsError
from intents.service import Service, Source


class NoAnswerError(IntentsError):
    """This service has no published answer."""

    code = "no-answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """Published words with their source; `again` is the same in other words where there are any."""

    service: str
    text: str
    again: str
    source: Source


class Knowledge:
    """The published answers of all services that have one."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._answers = {service.id: _answer(service) for service in services.values() if _has_answer(service)}

    def answer(self, service_id: str) -> Answer:
        """The answer of one service; raises `NoAnswerError`."""
        if service_id not in self._answers:
            raise NoAnswerError(f"{service_id} has no published answer")
        return self._answers[service_id]

    def older_than(self, date: str) -> tuple[Answer, ...]:
        """The answers whose page was last updated before `date` (ISO), oldest first."""
        stale = [answer for answer in self._answers.values() if answer.source.updated < date]
        return tuple(sorted(stale, key=lambda answer: answer.source.updated))


def _has_answer(service: Service) -> bool:
    return bool(service.responses.get("utter_answer")) and service.about.source is not None


def _answer(service: Service) -> Answer:
    texts = service.responses["utter_answer"]
    source = service.about.source
    assert source is not None
    return Answer(service.id, texts[0].text, texts[-1].text, source)
