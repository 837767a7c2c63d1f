"""The speech models of the line, wherever `config.yaml` says they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent import models
from agent.settings import Settings
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.server_settings import ServerSettings
from voices.speech import SpeechModels

_LOG = "voices.log"
_MEASURED = "measured"


def server_settings(settings: Settings, *, metrics_port: int | None = None) -> ServerSettings:
    """What a speech server of this configuration is started with. Raises `ModelMissingError`."""
    voices = settings.voices
    return ServerSettings(
        models.path(voices.whisper),
        models.path(voices.voice),
        whisper_name=voices.whisper,
        voice_name=voices.voice,
        language=voices.language,
        threads=voices.threads,
        kept=models.cache_dir() / _MEASURED,
        metrics_port=metrics_port or voices.metrics_port,
    )


@asynccontextmanager
async def open_speech(settings: Settings) -> AsyncIterator[SpeechModels]:
    """Models that are ready. Raises `ModelMissingError`, `VoicesError`."""
    voices = settings.voices
    if voices.server == "embedded":
        log_file = settings.data_dir / _LOG
        async with SpeechServer.running(server_settings(settings), log_file=log_file) as speech:
            yield speech
    elif voices.server == "in-process":
        from voices.local import LocalSpeech
        from voices.measuring import measured_plan

        server = server_settings(settings)
        plan = await asyncio.to_thread(measured_plan, server)
        async with LocalSpeech(server.whisper, server.voice, workers=plan.workers, threads=plan.threads) as local:
            yield local
    else:
        async with SpeechClient(voices.server, voices.speaking_server) as remote:
            yield remote
