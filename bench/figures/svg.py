"""Plain charts as SVG: lines over a number, and bars beside their names."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 46, 78
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which most colour-blind people tell apart."""
_BAR, _NAMES = 20, 240
_MOST_MARKS = 10


def lines(title: str, across: str, up: str, series: Mapping[str, Points], *, limit: float | None = None) -> str:
    """One line a series, a dot at each point; `limit` is a goal, drawn across."""
    points = [point for own in series.values() for point in own]
    xs, top = [x for x, _ in points], _round_up(max([y for _, y in points] + [limit or 0.0]))
    low, high = min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1

    def place(x: float, y: float) -> tuple[float, float]:
        width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + (x - low) / (high - low) * width, _HEIGHT - _BOTTOM - y / top * height

    drawn = [*_grid(top, place(low, 0)[0], place(high, 0)[0], lambda y: place(low, y)[1])]
    if limit is not None:
        _, y = place(low, limit)
        drawn.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#505a5f" stroke-dasharray="6 4"/>')
        drawn.append(_text(_WIDTH - _RIGHT, y - 5, f"goal {limit:g}", anchor="end"))
    marks = sorted(set(xs)) if len(set(xs)) <= _MOST_MARKS else [low + (high - low) * part / 5 for part in range(6)]
    drawn += [_text(place(x, 0)[0], _HEIGHT - _BOTTOM + 16, f"{x:.0f}", anchor="middle") for x in marks]
    for number, (name, own) in enumerate(series.items()):
        drawn += _series(name, [place(x, y) for x, y in own], number)
    drawn.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - _BOTTOM + 34, across, anchor="middle"))
    return _page(title, up, _HEIGHT, drawn)


def bars(title: str, along: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Bars from left to right: for each name one a series, with its number beside it."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    longest = _round_up(max(value for row in rows.values() for value in row.values()))
    height = _TOP + len(rows) * (len(names) * _BAR + 12) + 50
    drawn: list[str] = []
    y = float(_TOP)
    for label, row in rows.items():
        drawn.append(_text(_NAMES - 8, y + len(names) * _BAR / 2 + 4, label, anchor="end"))
        for number, name in enumerate(names):
            if name in row:
                width = row[name] / longest * (_WIDTH - _NAMES - 70)
                colour = _COLOURS[number % len(_COLOURS)]
                drawn.append(
                    f'<rect x="{_NAMES}" y="{y:.1f}" width="{width:.1f}" height="{_BAR - 3}" fill="{colour}"/>'
                )
                drawn.append(_text(_NAMES + width + 6, y + _BAR - 7, f"{row[name]:g}"))
            y += _BAR
        y += 12
    for number, name in enumerate(names):
        drawn += _key(name, number, height - 14)
    return _page(title, along, height, drawn)


def _series(name: str, places: Sequence[tuple[float, float]], number: int) -> Iterator[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    if len(places) <= 20:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)
    yield from _key(name, number, _HEIGHT - 14)


def _key(name: str, number: int, y: float) -> Iterator[str]:
    x = 20 + number * 175
    yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{_COLOURS[number % len(_COLOURS)]}"/>'
    yield _text(x + 18, y, name)


def _grid(top: float, left: float, right: float, height: Callable[[float], float]) -> Iterator[str]:
    for step in range(6):
        value = top * step / 5
        y = height(value)
        yield f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#d8dcde"/>'
        yield _text(left - 8, y + 4, f"{value:g}", anchor="end")


def _round_up(value: float) -> float:
    """The next number that divides into five well."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(unit * step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if unit * step >= value)


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _page(title: str, unit: str, height: int, drawn: Sequence[str]) -> str:
    style = 'font-family="sans-serif" font-size="12" fill="#0b0c0c"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" {style}>'
    about = f"<title>{escape(title)}</title>"
    paper = f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
    headline = f'<text x="20" y="20" font-size="15" font-weight="bold">{escape(title)}</text>'
    return "\n".join([head, about, paper, headline, _text(20, 37, unit), *drawn, "</svg>"]) + "\n"
