"""What a speech server says about itself when a Wyoming client asks it to describe itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice

_HOME = Attribution("Townline", "")
_WHISPER = Attribution("OpenAI", "https://github.com/openai/whisper")
_PIPER = Attribution("Open Home Foundation", "https://github.com/OHF-Voice/piper1-gpl")


def description(*, whisper: str, voice: str, hears: list[str], speaks: str) -> dict[str, Any]:
    """The data of an `info` event: models and programs with their versions. `hears`, `speaks`: languages."""
    own = _version("townline")
    hearing = AsrModel(
        name=whisper,
        attribution=_WHISPER,
        installed=True,
        description="Whisper, run by CTranslate2",
        version=_version("ctranslate2"),
        languages=hears,
    )
    speaking = TtsVoice(
        name=voice,
        attribution=_PIPER,
        installed=True,
        description="a Piper voice",
        version=_version("piper-tts"),
        languages=[speaks],
    )
    return dict(Info(asr=[_hearing(own, hearing)], tts=[_speaking(own, speaking)]).event().data)


def _hearing(own: str, model: AsrModel) -> AsrProgram:
    return AsrProgram("townline", _HOME, installed=True, description="hears callers", version=own, models=[model])


def _speaking(own: str, voice: TtsVoice) -> TtsProgram:
    return TtsProgram("townline", _HOME, installed=True, description="speaks to callers", version=own, voices=[voice])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
