"""What is asked and answered survives the way over the wire, and nothing else gets through."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.asr import Transcribe
from wyoming.event import Event
from wyoming.tts import Synthesize

from voices.errors import BusyError, LateError, ProtocolError, VoicesError
from voices.requests import Hear, Speak, Terms, error_event, error_from, transcript_event, transcript_from
from voices.speech import Hints, Priority, Voice
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.wire import Format, Limits, read_event


@pytest.mark.parametrize(
    "asked",
    [Hear(), Hear(Hints("bins", ("Ashcombe", "QA1"), "fr"), Terms("call", Priority.PARTIAL_TRANSCRIPT, 2.0))],
)
def test_what_to_hear_arrives_as_it_was_sent(asked: Hear) -> None:
    assert Hear.from_event(asked.event(), "de") == asked


def test_what_to_say_arrives_as_it_was_sent() -> None:
    asked = Speak("Hello.", Voice("piper-joe", 1.3), Terms("call", Priority.LATER_SENTENCE, 20.0), 0.4)
    assert Speak.from_event(asked.event()) == asked


def test_stock_requests_are_served_with_what_they_leave_out() -> None:
    heard = Hear.from_event(Transcribe(transcript_names=["Ashcombe"], transcript_terms=["bins"]).event(), "en")
    assert heard == Hear(Hints(hotwords=("Ashcombe", "bins")))
    assert Speak.from_event(Synthesize("Hello.").event()) == Speak("Hello.")


@pytest.mark.parametrize("transcript", [Heard("Yes.", 0.9, ("Yeah.",)), Unclear("Mumble", 0.1), Nothing(2.5)])
def test_transcripts_arrive_as_they_were(transcript: Transcript) -> None:
    assert transcript_from(transcript_event(transcript, "en")) == transcript


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" My bin was missed. ", Heard("My bin was missed.", 0.7)),
        ("", Nothing()),
        ("Thank you for watching!", Nothing()),
        ("916 916 916 916 916 916", Unclear("916 916 916 916 916 916", 0.0)),
    ],
)
def test_what_another_server_writes_is_doubted(text: str, expected: Transcript) -> None:
    assert transcript_from(Event("transcript", {"text": text})) == expected


@pytest.mark.parametrize("error", [BusyError("full"), LateError("late"), ProtocolError("what"), VoicesError("broken")])
def test_errors_arrive_as_what_they_are(error: VoicesError) -> None:
    arrived = error_from(error_event(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(st.dictionaries(st.sampled_from(["text", "language", "voice", "townline", "transcript_terms"]), JSON))
def test_whatever_stands_in_an_event_is_understood_or_refused(data: dict[str, object]) -> None:
    for understand in (Speak.from_event, lambda event: Hear.from_event(event, "en"), transcript_from, Format.of):
        try:
            understand(Event("x", dict(data)))
        except ProtocolError:
            continue


@given(st.binary(max_size=200))
def test_whatever_bytes_arrive_are_an_event_an_end_or_refused(sent: bytes) -> None:
    async def read() -> None:
        reader = asyncio.StreamReader(limit=100)
        reader.feed_data(sent)
        reader.feed_eof()
        try:
            while await read_event(reader, Limits()) is not None:
                pass
        except ProtocolError:
            return

    asyncio.run(read())


def test_audio_of_every_width_sounds_the_same() -> None:
    half = {1: b"\xc0" * 100, 2: b"\x00\x40" * 100, 4: b"\x00\x00\x00\x40" * 100}
    for width, raw in half.items():
        pcm = Format(16_000, width, 1).pcm(raw + b"\x01" * (width - 1), 16_000)
        assert len(pcm) == 100
        assert abs(int(pcm[50]) - 16_384) < 2
