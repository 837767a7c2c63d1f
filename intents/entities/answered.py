"""Whether an answer holds what was asked for: the strongest sign that the caller is done."""

from __future__ import annotations

from datetime import date

from intents.entities.completeness import declines
from intents.entities.reading import Choices, read_values
from intents.gazetteer import Gazetteer


def answered(
    text: str,
    entity: str | None,
    *,
    gazetteer: Gazetteer | None,
    choices: Choices,
    today: date,
    postcode: str | None = None,
) -> float | None:
    """The probability, 0 to 1, that `text` holds the value asked for, or says that there is none; `None` where anything
    is an answer."""
    wanted = (entity or "").partition(":")[0]
    if wanted in ("", "text", "free", "request"):
        return None
    if declines(text, entity):
        return 0.95
    values = read_values(
        text,
        entities=(wanted,),
        gazetteer=gazetteer,
        choices=choices,
        today=today,
        expecting=entity,
        postcode=postcode,
    )
    return max((value.probability for value in values if value.entity == wanted), default=0.0)
