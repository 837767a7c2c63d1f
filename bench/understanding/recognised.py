"""What the recogniser makes of recordings, kept: a second look at the same ones costs nothing."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache, cached_property

import voices.plausibility
import voices.whisper
from agent import models
from bench.figures.table import FOLDER
from telephony.recording import Pcm
from voices.speech import Hints
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.whisper import Recogniser

_KINDS = {kind.__name__: kind for kind in (Heard, Unclear, Nothing)}


class Recognised:
    """Whisper tiny.en as the line has it, with what it heard before in `var/bench/recognised`."""

    def __init__(self) -> None:
        self._folder = FOLDER / "recognised"
        self._folder.mkdir(parents=True, exist_ok=True)

    @cached_property
    def _recogniser(self) -> Recogniser:
        return Recogniser(models.path("whisper-tiny-en"))

    def transcribe(self, pcm: Pcm, hotwords: Sequence[str] = ()) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz)."""
        told = hashlib.sha256(pcm.tobytes() + repr((tuple(hotwords), _ways_of_hearing())).encode()).hexdigest()
        kept = self._folder / f"{told[:24]}.json"
        if not kept.exists():
            heard = self._recogniser.transcribe(pcm, Hints(hotwords=tuple(hotwords)))
            kept.write_text(json.dumps({"kind": type(heard).__name__, **asdict(heard)}), "utf-8")
        fields = json.loads(kept.read_text("utf-8"))
        if "alternatives" in fields:
            fields["alternatives"] = tuple(fields["alternatives"])
        return _KINDS[fields.pop("kind")](**fields)


@cache
def _ways_of_hearing() -> str:
    """What else makes a transcript: the code of the recogniser."""
    return "".join(map(inspect.getsource, (voices.whisper, voices.plausibility)))
