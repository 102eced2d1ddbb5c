"""What Prometheus is told: requests, how long they took, and jobs. Processes of one service add up their counters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BUCKETS = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000, 30_000_000)
"""Microseconds."""
METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
"""Methods that are counted apart; a label must not take any value that a client sends."""
SEVERAL = "PROMETHEUS_MULTIPROC_DIR"
"""Set where several processes answer: the folder of their counters."""


class Metrics:
    """The counters of a service. Durations are in microseconds, as the name says."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "bareme_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._took = Histogram(
            "bareme_request_microseconds", "How long requests took", ["route"], buckets=BUCKETS, registry=self.registry
        )
        self._of = cache(self._counters)

    def observe(self, method: str, route: str, status: int, microseconds: int) -> None:
        """Count one answer."""
        count, took = self._of(method if method in METHODS else "other", route, status)
        count.inc()
        took.observe(microseconds)

    def _counters(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._took.labels(route)

    def text(self, jobs: Mapping[str, int]) -> bytes:
        """All of it in the text format of Prometheus, with how many jobs are in each state."""
        return bytes(generate_latest(self._counted())) + _of_jobs(jobs)

    def _counted(self) -> CollectorRegistry:
        """The counters of this process, or of all where there are several."""
        if not os.environ.get(SEVERAL):
            return self.registry
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        return everyone


def _of_jobs(jobs: Mapping[str, int]) -> bytes:
    """What the state says, whichever process is asked: no counter of a process, and in no file of theirs."""
    family = GaugeMetricFamily("bareme_jobs", "Files of acts that are kept", labels=["state"])
    for state, count in jobs.items():
        family.add_metric([state], count)
    registry = CollectorRegistry()
    registry.register(_Told(family))
    return bytes(generate_latest(registry))


class _Told(Collector):
    """One family of figures."""

    def __init__(self, family: Metric) -> None:
        self.family = family

    def collect(self) -> Iterable[Metric]:
        """The family."""
        return (self.family,)
