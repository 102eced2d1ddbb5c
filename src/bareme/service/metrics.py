"""What Prometheus is told: requests, how long they took, and the book."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

MILLION = 1_000_000
BUCKETS = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000, 30_000_000)
"""Microseconds."""


class Metrics:
    """The counters of one process. Durations are in microseconds, as the name says."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "bareme_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._took = Histogram(
            "bareme_request_microseconds", "How long requests took", ["route"], buckets=BUCKETS, registry=self.registry
        )

    def observe(self, method: str, route: str, status: int, microseconds: int) -> None:
        """Count one answer."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._took.labels(route).observe(microseconds)

    def text(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return bytes(generate_latest(self.registry))


METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
"""Methods that are counted apart; a label must not take any value that a client sends."""
