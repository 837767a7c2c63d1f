"""Given a network that loses packets, what arrives."""

from __future__ import annotations

import numpy as np

from bench.callers.packets import lossy

TONE = (np.sin(np.arange(160_000) * 440 * 2 * np.pi / 16_000) * 8_000).astype(np.int16)


def test_without_loss_everything_arrives() -> None:
    assert np.array_equal(lossy(TONE, 0.0), TONE)


def test_lost_packets_are_played_again_softer() -> None:
    heard = lossy(TONE, 0.03, seed=1)
    changed = [at for at in range(0, len(TONE), 320) if not np.array_equal(heard[at : at + 320], TONE[at : at + 320])]
    assert 5 <= len(changed) <= 30
    first = changed[0]
    assert np.allclose(heard[first : first + 320], TONE[first - 320 : first] * 0.8, atol=1)


def test_a_long_loss_fades_into_silence() -> None:
    heard = lossy(TONE, 1.0)
    assert heard[:320].any()
    assert not heard[4 * 320 :].any()
