"""What a speech server did while a bench ran, from what it tells Prometheus."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families

_NAME = "townline_voices_"
_Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SpeechFigures:
    """Every number of one moment, by its name and labels."""

    samples: Mapping[tuple[str, _Labels], float]

    def since(self, before: SpeechFigures) -> SpeechFigures:
        """What was added since then."""
        return SpeechFigures({key: value - before.samples.get(key, 0.0) for key, value in self.samples.items()})

    def total(self, name: str, **labels: str) -> float:
        """The sum of a counter over all labels that are not given."""
        wanted = labels.items()
        return sum(value for (own, of), value in self.samples.items() if own == _NAME + name and wanted <= of)

    def wait_ms(self, priority: str, share: float) -> float | None:
        """A quantile of the time that pieces waited for their turn, in milliseconds, as exact as its buckets."""
        counts: dict[float, float] = {0.0: 0.0}
        for (own, of), value in self.samples.items():
            if own == f"{_NAME}wait_seconds_bucket" and ("priority", priority) in of:
                limit = float(dict(of)["le"])
                counts[limit] = counts.get(limit, 0.0) + value
        wanted = share * max(counts.values())
        for lower, upper in pairwise(sorted(counts)):
            if counts[upper] >= wanted > counts[lower]:
                part = (wanted - counts[lower]) / (counts[upper] - counts[lower])
                return 1000 * (lower if upper == float("inf") else lower + part * (upper - lower))
        return None

    def by_turn(self, turns: int) -> dict[str, float | None]:
        """For a table: work a turn, and how long it waited."""
        each = max(1, turns)
        dropped = sum(self.total("pieces_total", outcome=outcome) for outcome in ("refused", "replaced", "late"))
        return {
            "hearings_a_turn": round(self.total("pieces_total", kind="hearing", outcome="done") / each, 2),
            "hearing_s_a_turn": round(self.total("busy_seconds_total", kind="hearing") / each, 3),
            "spoken_s_a_turn": round(self.total("audio_seconds_total", kind="speaking") / each, 2),
            "speaking_s_a_turn": round(self.total("busy_seconds_total", kind="speaking") / each, 3),
            "transcript_wait_p95_ms": self.wait_ms("final_transcript", 0.95),
            "first_sentence_wait_p95_ms": self.wait_ms("first_sentence", 0.95),
            "refused_replaced_late": dropped,
        }


async def figures(port: int) -> SpeechFigures:
    """What the server with its metrics at `port` of this machine says now."""

    def page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    families = text_string_to_metric_families(await asyncio.to_thread(page))
    return SpeechFigures(
        {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}
    )
