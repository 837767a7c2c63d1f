"""A page that shows how well utterances are understood: figures, reliability, confusions and the worst mistakes."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intents.evaluate import Report

_SIDE = 400
_MOST_PAIRS = 40


def render(name: str, about: str, report: Report) -> str:
    """The page as HTML, complete in itself."""
    folder = FileSystemLoader(Path(__file__).parent)
    template = Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("report_page.html")
    return template.render(
        name=name,
        about=about,
        figures={key: _shown(value) for key, value in report.figures().items()},
        dots=_dots(report.bins),
        pairs=report.pairs[:_MOST_PAIRS],
        worst=report.worst,
    )


def _shown(value: float | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _dots(bins: tuple[tuple[float, float, int], ...]) -> list[tuple[float, float, int, float]]:
    """Place, number and radius of each group; areas are as the numbers."""
    most = max((count for _, _, count in bins), default=1)
    return [
        (round(sure * _SIDE, 1), round((1 - right) * _SIDE, 1), count, round(3 + 13 * (count / most) ** 0.5, 1))
        for sure, right, count in bins
    ]
