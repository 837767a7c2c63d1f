"""What is asked of a speech server and what it answers, to and from Wyoming events.

Everything beyond Wyoming stands under one key that others take no notice of: a server that knows none of it answers
all the same, without a confidence; a client that sends none of it is served like a call of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from wyoming.event import Event

from voices.errors import BusyError, LateError, ProtocolError, VoicesError
from voices.plausibility import invented, loops
from voices.speech import IN_HAND_SECONDS, Hints, Priority, Voice
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.wire import EXTRA, extra

MOST_CHARACTERS = 4_000
UNTOLD_CONFIDENCE = 0.7
"""For words from a server that does not say how sure it is: enough to go on, not enough to act without asking."""

_NO_HINTS = Hints()
_OWN_VOICE = Voice()


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    call: str = Field(default="", max_length=64)
    priority: Literal["FINAL_TRANSCRIPT", "FIRST_SENTENCE", "LATER_SENTENCE", "PARTIAL_TRANSCRIPT"] | None = None
    deadline: float | None = Field(default=None, gt=0, le=300)


class _HearFields(_Fields):
    prompt: str = Field(default="", max_length=2_000)


class _SpeakFields(_Fields):
    length_scale: float = Field(default=1.0, ge=0.5, le=2.0)
    in_hand: float = Field(default=IN_HAND_SECONDS, ge=0, le=3600)


class _Transcribe(BaseModel):
    name: str | None = None
    language: str | None = Field(default=None, max_length=16)
    transcript_names: list[str] | None = Field(default=None, max_length=200)
    transcript_terms: list[str] | None = Field(default=None, max_length=200)


class _VoiceName(BaseModel):
    name: str | None = Field(default=None, max_length=200)


class _Synthesize(BaseModel):
    text: str = Field(max_length=MOST_CHARACTERS)
    voice: _VoiceName | None = None


class _Answer(BaseModel):
    kind: Literal["heard", "unclear", "nothing"] | None = None
    confidence: float = Field(default=UNTOLD_CONFIDENCE, ge=0, le=1)
    alternatives: tuple[str, ...] = ()
    guess: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """For which call, how urgently, and after how many seconds of waiting nobody wants it any more."""

    call: str = ""
    priority: Priority = Priority.FINAL_TRANSCRIPT
    deadline: float | None = None

    def fields(self) -> dict[str, Any]:
        """As they are sent."""
        return {"call": self.call, "priority": self.priority.name, "deadline": self.deadline}


@dataclass(frozen=True, slots=True)
class Hear:
    """Write down what follows."""

    hints: Hints = _NO_HINTS
    terms: Terms = Terms()

    def event(self) -> Event:
        """As Wyoming's `transcribe`."""
        data: dict[str, Any] = {"language": self.hints.language, EXTRA: self.terms.fields()}
        data[EXTRA]["prompt"] = self.hints.prompt
        if self.hints.hotwords:
            data["transcript_terms"] = list(self.hints.hotwords)
        return Event("transcribe", data)

    @classmethod
    def from_event(cls, event: Event, language: str) -> Hear:
        """Raises `ProtocolError`."""
        try:
            asked = _Transcribe.model_validate(event.data)
            fields = _HearFields.model_validate(extra(event))
        except ValueError as exc:
            raise ProtocolError("this transcribe event is not understood") from exc
        words = (*(asked.transcript_names or ()), *(asked.transcript_terms or ()))
        return cls(Hints(fields.prompt, words, asked.language or language), _terms(fields, Priority.FINAL_TRANSCRIPT))


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a text. `in_hand`: seconds of earlier speech that are still to be heard, for a later sentence."""

    text: str
    voice: Voice = _OWN_VOICE
    terms: Terms = Terms(priority=Priority.FIRST_SENTENCE)
    in_hand: float = IN_HAND_SECONDS

    def event(self) -> Event:
        """As Wyoming's `synthesize`."""
        fields = {**self.terms.fields(), "length_scale": self.voice.length_scale, "in_hand": self.in_hand}
        data: dict[str, Any] = {"text": self.text, EXTRA: fields}
        if self.voice.name != "default":
            data["voice"] = {"name": self.voice.name}
        return Event("synthesize", data)

    @classmethod
    def from_event(cls, event: Event) -> Speak:
        """Raises `ProtocolError`."""
        try:
            asked = _Synthesize.model_validate(event.data)
            fields = _SpeakFields.model_validate(extra(event))
        except ValueError as exc:
            raise ProtocolError("this synthesize event is not understood") from exc
        name = asked.voice.name if asked.voice and asked.voice.name else "default"
        terms = _terms(fields, Priority.FIRST_SENTENCE)
        return cls(asked.text, Voice(name, fields.length_scale), terms, fields.in_hand)


def transcript_event(transcript: Transcript, language: str) -> Event:
    """As Wyoming's `transcript`; for others, what could not be made out is no text at all."""
    match transcript:
        case Heard():
            text, alternatives = transcript.text, list(transcript.alternatives)
            fields = {"kind": "heard", "confidence": transcript.confidence, "alternatives": alternatives}
        case Unclear():
            text, fields = "", {"kind": "unclear", "confidence": transcript.confidence, "guess": transcript.text}
        case Nothing():
            text, fields = "", {"kind": "nothing", "seconds": transcript.seconds}
    return Event("transcript", {"text": text, "language": language, EXTRA: fields})


def transcript_from(event: Event) -> Transcript:
    """What a server heard, ours or another. Raises `ProtocolError`."""
    text = event.data.get("text")
    try:
        answer = _Answer.model_validate(extra(event))
    except ValueError as exc:
        raise ProtocolError("this transcript is not understood") from exc
    if not isinstance(text, str):
        raise ProtocolError("a transcript has no text")
    text = text.strip()
    match answer.kind:
        case "heard":
            return Heard(text, answer.confidence, answer.alternatives)
        case "unclear":
            return Unclear(answer.guess, answer.confidence)
        case "nothing":
            return Nothing(answer.seconds)
    if not text or invented(text):
        return Nothing()
    return Unclear(text, 0.0) if loops(text) else Heard(text, UNTOLD_CONFIDENCE)


def error_event(error: VoicesError) -> Event:
    """As Wyoming's `error`."""
    return Event("error", {"text": str(error), "code": error.code, EXTRA: {"retryable": error.retryable}})


def error_from(event: Event) -> VoicesError:
    """What went wrong there, as our own error."""
    text = str(event.data.get("text", "the speech server failed"))
    by_code: dict[object, type[VoicesError]] = {kind.code: kind for kind in (BusyError, LateError, ProtocolError)}
    return by_code.get(event.data.get("code"), VoicesError)(text)


def _terms(fields: _Fields, priority: Priority) -> Terms:
    return Terms(fields.call, Priority[fields.priority] if fields.priority else priority, fields.deadline)
