"""Home Assistant's way: listen until 0.7 s of silence, wyoming-faster-whisper, a reply, wyoming-piper, listen again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
from livekit import rtc
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.tts import Synthesize

from bench.peers.handset import Handset
from bench.peers.programs import running
from telephony.direct import CALLER_RATE, LineAudio
from telephony.recording import Pcm
from voices.activity import WINDOW, Detector, detector

_SPEECH = 0.5
_BEGINS_SECONDS, _SILENCE_SECONDS = 0.3, 0.7
"""Its defaults: so much speech begins a command, so much silence ends it."""
_FORGOTTEN_SECONDS = 1.0
_BEFORE = CALLER_RATE // 2
_START_SECONDS = 60.0


@asynccontextmanager
async def chain(handset: Handset, whisper: Path, voice: Path, reply: str) -> AsyncIterator[list[int]]:
    """The two servers and what holds them together; yields the ids of the servers' processes."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ears, mouth = f"unix://{folder}/ears", f"unix://{folder}/mouth"
        local = ("--local-files-only", "--data-dir")
        heard = ("--uri", ears, "--model", str(whisper), "--stt-library", "faster-whisper", "--language", "en")
        spoken = ("--uri", mouth, "--voice", voice.stem)
        servers = [
            await stack.enter_async_context(running("-m", "wyoming_faster_whisper", *heard, *local, str(folder))),
            await stack.enter_async_context(running("-m", "wyoming_piper", *spoken, *local, str(voice.parent))),
        ]
        async with asyncio.timeout(_START_SECONDS):
            for path in (folder / "ears", folder / "mouth"):
                while not path.exists():  # noqa: ASYNC110 - the servers tell nobody
                    await asyncio.sleep(0.1)
        assistant = _Assistant(handset, ears, mouth, reply)
        await assistant.warm_up()
        handset.hear = assistant.heard.put_nowait
        running_on = asyncio.create_task(assistant.run(), name="wyoming chain")
        try:
            yield [server.pid for server in servers]
        finally:
            running_on.cancel()
            await asyncio.gather(running_on, return_exceptions=True)


class _Assistant:
    """One turn after the other: deaf while it speaks."""

    def __init__(self, handset: Handset, ears: str, mouth: str, reply: str) -> None:
        self.heard: asyncio.Queue[Pcm] = asyncio.Queue()
        self._handset = handset
        self._ears, self._mouth = ears, mouth
        self._reply = reply

    async def run(self) -> None:
        """For as long as the call lasts."""
        while True:
            text = await self._listen()
            if text:
                await self._speak()
            while not self.heard.empty():
                self.heard.get_nowait()

    async def _listen(self) -> str:
        async with AsyncClient.from_uri(self._ears) as ears:
            await ears.write_event(Transcribe(language="en").event())
            await ears.write_event(AudioStart(CALLER_RATE, 2, 1).event())
            command = _Command(detector())
            while not command.over:
                piece = await self.heard.get()
                for audio in command.push(piece):
                    await ears.write_event(AudioChunk(CALLER_RATE, 2, 1, audio.tobytes()).event())
            self._handset.took_turn()
            await ears.write_event(AudioStop().event())
            while event := await ears.read_event():
                if Transcript.is_type(event.type):
                    return Transcript.from_event(event).text.strip()
        return ""

    async def warm_up(self) -> None:
        """Say the reply once to nobody."""
        async for chunk in self._spoken():
            self._handset.line.sample_rate = chunk.rate

    async def _speak(self) -> None:
        """Say the reply to its end."""
        line = LineAudio(self._handset.line.sample_rate, self._handset.play, lambda: None)
        async for chunk in self._spoken():
            await line.capture_frame(rtc.AudioFrame(chunk.audio, chunk.rate, 1, len(chunk.audio) // 2))
        line.flush()
        await line.wait_for_playout()

    async def _spoken(self) -> AsyncIterator[AudioChunk]:
        async with AsyncClient.from_uri(self._mouth) as mouth:
            await mouth.write_event(Synthesize(self._reply).event())
            while (event := await mouth.read_event()) and not AudioStop.is_type(event.type):
                if AudioChunk.is_type(event.type):
                    yield AudioChunk.from_event(event)


class _Command:
    """Where a spoken command begins and ends."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._before: Pcm = self._rest
        self._speech = self._silence = 0.0
        self._begun = self.over = False

    def push(self, pcm: Pcm) -> list[Pcm]:
        """Take audio; what belongs to the command, half a second from before it included."""
        self._rest = np.concatenate([self._rest, pcm])
        taken: list[Pcm] = []
        while len(self._rest) >= WINDOW and not self.over:
            window, self._rest = self._rest[:WINDOW], self._rest[WINDOW:]
            begun = self._begun
            self._follow(self._detector.predict(window) > _SPEECH)
            if not self._begun:
                self._before = np.concatenate([self._before, window])[-_BEFORE:]
            else:
                taken += [window] if begun else [self._before, window]
        return taken

    def _follow(self, speech: bool) -> None:
        seconds = WINDOW / CALLER_RATE
        if speech:
            self._speech, self._silence = self._speech + seconds, 0.0
        else:
            self._silence += seconds
            self._speech = 0.0 if self._silence >= _FORGOTTEN_SECONDS else self._speech
        self._begun = self._begun or self._speech >= _BEGINS_SECONDS
        self.over = self._begun and self._silence >= _SILENCE_SECONDS
