"""Callers who say an address of the gazetteer in many ways: the right UPRN, or a person, and no wrong one unasked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.understanding.address_calls import Outcome, call, callers, release


@pytest.fixture(scope="module")
def outcomes() -> Sequence[Outcome]:
    loaded = release()
    return [call(loaded, *caller) for caller in callers(loaded.gazetteer, 60)]


def test_at_least_98_in_100_addresses_reach_their_uprn(outcomes: Sequence[Outcome]) -> None:
    assert sum(outcome.right for outcome in outcomes) >= 0.98 * len(outcomes)


def test_no_wrong_address_is_taken_and_all_are_soon_reached(outcomes: Sequence[Outcome]) -> None:
    assert not [outcome for outcome in outcomes if outcome.taken and not outcome.right]
    assert max(outcome.turns for outcome in outcomes) <= 5
