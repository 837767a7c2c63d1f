"""Given what a speech server tells Prometheus before and after, what was done in between."""

from __future__ import annotations

import pytest

from bench.figures.speech_server import figures
from voices.serving.metrics import Metrics
from voices.serving.sockets import tcp_socket
from voices.speech import Priority
from voices.work import Piece


async def test_work_a_turn_and_waits() -> None:
    with tcp_socket("127.0.0.1", 0) as free:
        port: int = free.getsockname()[1]
    metrics = Metrics()
    close = metrics.serve(port)
    try:
        metrics.piece(Piece("hearing", Priority.FINAL_TRANSCRIPT, "done", waited=3.0, worked=9.0))
        before = await figures(port)
        for waited in (0.004, 0.004, 0.004, 0.09):
            metrics.piece(Piece("hearing", Priority.FINAL_TRANSCRIPT, "done", waited=waited, worked=0.1))
        metrics.piece(Piece("hearing", Priority.PARTIAL_TRANSCRIPT, "replaced"))
        metrics.sound("speaking", 5.0)
        done = (await figures(port)).since(before)
    finally:
        close()
    told = done.by_turn(2)
    assert told["hearings_a_turn"] == 2.0
    assert told["hearing_s_a_turn"] == 0.2
    assert told["spoken_s_a_turn"] == 2.5
    assert told["refused_replaced_late"] == 1.0
    assert told["transcript_wait_p95_ms"] == pytest.approx(90, abs=10)
    assert told["first_sentence_wait_p95_ms"] is None
