"""Pipecat with its defaults as one end of a telephone line; runs in the environment of `bench/peers/requirements.lock`.

Its arguments are a Unix socket, the Whisper folder, the Piper file and the reply. On the socket comes the caller's
audio (int16 mono, 16 kHz) and goes, in real time, what it says (int16 mono at the rate of the voice). Standard output
gets `ready` and the rate in one line, and a line `turn` each time it takes the turn.

The services are Pipecat's own Whisper and Piper, the turns Pipecat's own Silero activity and Smart Turn, whose
weights come with the package. The transport paces its audio as Pipecat's own websocket transport does.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    StartFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.workers.runner import WorkerRunner

_CALLER_RATE = 16_000
_PIECE_BYTES = _CALLER_RATE // 50 * 2


class Ear(BaseInputTransport):
    """The caller's audio, in frames of 20 ms."""

    def __init__(self, params: TransportParams, reader: asyncio.StreamReader) -> None:
        super().__init__(params)
        self._reader = reader
        self.over = asyncio.Event()

    async def start(self, frame: StartFrame) -> None:
        """Begin to listen."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            while True:
                audio = await self._reader.readexactly(_PIECE_BYTES)
                await self.push_audio_frame(InputAudioRawFrame(audio, sample_rate=_CALLER_RATE, num_channels=1))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.over.set()


class Mouth(BaseOutputTransport):
    """What is said, written at the rate at which it sounds."""

    def __init__(self, params: TransportParams, writer: asyncio.StreamWriter) -> None:
        super().__init__(params)
        self._writer = writer
        self._due = 0.0

    async def start(self, frame: StartFrame) -> None:
        """Be ready to speak."""
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Forget the clock when the caller interrupts."""
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._due = 0.0

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        """Send it, and wait until it has sounded."""
        self._writer.write(frame.audio)
        seconds = len(frame.audio) / 2 / frame.sample_rate
        self._due = max(self._due, time.monotonic()) + seconds
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        return True


class FixedReply(FrameProcessor):
    """Stands where a language model would: the same reply, at once."""

    def __init__(self, reply: str) -> None:
        super().__init__()
        self._reply = reply

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Answer each turn."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        _tell("turn")
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(self._reply))
        await self.push_frame(LLMFullResponseEndFrame())


async def _answer(socket: str, whisper: str, voice: Path, reply: str) -> None:
    stt = WhisperSTTService(device="cpu", compute_type="int8", settings=WhisperSTTService.Settings(model=whisper))
    tts = PiperTTSService(download_dir=voice.parent, settings=PiperTTSService.Settings(voice=voice.stem))
    rate = int(tts._voice.config.sample_rate)
    params = TransportParams(audio_in_enabled=True, audio_out_enabled=True)
    reader, writer = await asyncio.open_unix_connection(socket)
    ear, mouth = Ear(params, reader), Mouth(params, writer)
    context = LLMContext()
    turns = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer(sample_rate=_CALLER_RATE))
    )
    pipeline = Pipeline([ear, stt, turns.user(), FixedReply(reply), tts, mouth, turns.assistant()])
    worker = PipelineWorker(
        pipeline, params=PipelineParams(audio_in_sample_rate=_CALLER_RATE, audio_out_sample_rate=rate)
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    running = asyncio.create_task(runner.run())
    _tell(f"ready {rate}")
    await ear.over.wait()
    await worker.cancel()
    await running


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    asyncio.run(_answer(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
