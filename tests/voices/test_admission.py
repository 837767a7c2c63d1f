"""Given so many calls, which of them get a place."""

from __future__ import annotations

from voices.serving.admission import RECENT_SECONDS, Admission


def test_calls_are_let_in_until_the_places_are_taken() -> None:
    admission = Admission(capacity=2)
    assert admission.admit("a", "connection 1", now=0)
    assert admission.admit("b", "connection 1", now=0)
    assert not admission.admit("c", "connection 2", now=0)
    assert admission.admit("a", "connection 1", now=0)
    assert admission.left(now=0) == 0


def test_the_places_of_a_connection_are_free_when_it_closes() -> None:
    admission = Admission(capacity=2)
    admission.admit("a", "connection 1", now=0)
    admission.admit("b", "connection 2", now=0)
    admission.closed("connection 1")
    assert admission.holds("connection 2")
    assert not admission.holds("connection 1")
    assert admission.left(now=0) == 1


def test_a_call_that_never_asked_for_a_place_counts_while_it_goes_on() -> None:
    admission = Admission(capacity=1)
    admission.seen("a", now=0)
    assert not admission.admit("b", "connection 1", now=1)
    assert admission.admit("b", "connection 1", now=RECENT_SECONDS + 1)


def test_nobody_is_let_in_while_those_inside_wait_too_long() -> None:
    admission = Admission(capacity=10)
    for second in range(5):
        admission.waited(0.9, now=second)
    assert admission.slow(now=5)
    assert not admission.admit("a", "connection 1", now=5)
    assert admission.admit("a", "connection 1", now=60)


def test_a_forgetful_server_does_not_grow() -> None:
    admission = Admission(capacity=1)
    for second in range(10_000):
        admission.seen(f"call {second}", now=second)
    assert admission.calls(now=10_000) <= RECENT_SECONDS
    assert len(admission._seen) < 200
