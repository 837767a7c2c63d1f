"""Given so many calls, how many places they need; the figures are those of printed Erlang tables."""

from __future__ import annotations

import pytest

from bench.figures.sizing import demand, places


@pytest.mark.parametrize(("erlangs", "lines"), [(0.86, 4), (0.88, 5), (8.1, 15), (8.2, 16), (84.0, 100), (84.2, 101)])
def test_places_for_one_call_in_a_hundred_lost(erlangs: float, lines: int) -> None:
    assert places(erlangs) == lines


def test_the_busiest_hour_of_a_month() -> None:
    needed = demand(16_000)
    assert round(needed.calls_an_hour) == 171
    assert round(needed.erlangs, 1) == 8.6
    assert needed.places == 16
