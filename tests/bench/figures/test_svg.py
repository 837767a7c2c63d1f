"""Given figures, what is drawn."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bench.figures.svg import bars, lines

SVG = "{http://www.w3.org/2000/svg}"


def words(drawn: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(drawn).iter(f"{SVG}text")]


def test_a_line_a_series_with_a_dot_at_each_point_and_the_goal_across() -> None:
    drawn = lines(
        "Callers & gaps", "callers", "ms", {"median": [(1, 300), (16, 600)], "p95": [(1, 500), (16, 900)]}, limit=800
    )
    page = ET.fromstring(drawn)
    assert len(page.findall(f"{SVG}circle")) == 4
    assert page.findtext(f"{SVG}title") == "Callers & gaps"
    assert {"Callers & gaps", "callers", "ms", "median", "p95", "goal 800", "1", "16"} <= set(words(drawn))


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = bars("Peers", "gap in ms", {"ours": {"median": 300.0}, "theirs": {"median": 1200.0}})
    page = ET.fromstring(drawn)
    ours, theirs = (float(bar.get("width", "")) for bar in page.findall(f"{SVG}rect")[1:3])
    assert round(theirs / ours, 2) == 4.0
    assert {"ours", "theirs", "300", "1200"} <= set(words(drawn))
