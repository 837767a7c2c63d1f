"""What Prometheus may know about a speech server."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from voices.errors import ServerStartError
from voices.work import Piece

_LOOPBACK = "127.0.0.1"
_WAITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 4.0, 8.0)


class Metrics:
    """Depth, wait, busy, real-time factor, drops; no call's words, no numbers of callers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        name = "townline_voices"
        self._waited = Histogram(
            f"{name}_wait_seconds",
            "Time a piece of work waited for its turn",
            ("kind", "priority"),
            buckets=_WAITS,
            registry=self.registry,
        )
        self._pieces = Counter(
            f"{name}_pieces", "Pieces of work by what became of them", ("kind", "outcome"), registry=self.registry
        )
        self._busy = Counter(f"{name}_busy_seconds", "Time spent working", ("kind",), registry=self.registry)
        self._audio = Counter(f"{name}_audio_seconds", "Audio heard or spoken", ("kind",), registry=self.registry)
        self._factor = Gauge(
            f"{name}_real_time_factor", "Working time for a second of audio", ("kind",), registry=self.registry
        )
        self._closed = Counter(
            f"{name}_connections_closed", "Connections closed by the server", ("reason",), registry=self.registry
        )
        self._totals = {kind: [0.0, 0.0] for kind in ("hearing", "speaking")}

    def gauge(self, name: str, what: str, value: Callable[[], float]) -> None:
        """A number that is looked up whenever it is asked for."""
        Gauge(f"townline_voices_{name}", what, registry=self.registry).set_function(value)

    def piece(self, piece: Piece) -> None:
        """Something was done, or dropped."""
        self._pieces.labels(piece.kind, piece.outcome).inc()
        if piece.outcome not in ("refused", "replaced"):
            self._waited.labels(piece.kind, piece.priority.name.lower()).observe(piece.waited)
        if piece.worked:
            self._busy.labels(piece.kind).inc(piece.worked)
            self._totals[piece.kind][0] += piece.worked

    def sound(self, kind: str, seconds: float) -> None:
        """So much audio was heard or spoken."""
        self._audio.labels(kind).inc(seconds)
        totals = self._totals[kind]
        totals[1] += seconds
        if totals[1]:
            self._factor.labels(kind).set(totals[0] / totals[1])

    def closed(self, reason: str) -> None:
        """A client was sent away."""
        self._closed.labels(reason).inc()

    def serve(self, port: int) -> Callable[[], None]:
        """Answer `/metrics` on this machine only, until the returned function is called. Raises `ServerStartError`."""
        try:
            server, _ = start_http_server(port, addr=_LOOPBACK, registry=self.registry)
        except OSError as exc:
            raise ServerStartError(f"port {port} for /metrics cannot be used: {exc.strerror}") from exc

        def close() -> None:
            server.shutdown()
            server.server_close()

        return close
