"""Amounts of money."""

from __future__ import annotations

from decimal import Decimal

from voices.wording.numbers import cardinal, digits

_SCALES = {"k": "thousand", "m": "million", "bn": "billion"}


def money(amount: Decimal) -> str:
    """12.50 → "twelve pounds fifty", 45 → "forty-five pounds", 0.5 → "fifty pence", -3 → "minus three pounds"."""
    if amount < 0:
        return f"minus {money(-amount)}"
    pounds, pence = divmod(int((amount * 100).to_integral_value()), 100)
    if pence == 0:
        return _pounds(pounds)
    if pounds == 0:
        return "one penny" if pence == 1 else f"{cardinal(pence)} pence"
    return f"{_pounds(pounds)} {f'and {cardinal(pence)} pence' if pence < 10 else cardinal(pence)}"


def written_money(whole: str, fraction: str, scale: str) -> str:
    """As written: ("12", "50", "") → "twelve pounds fifty", ("2", "5", "m") → "two point five million pounds"."""
    count = whole.replace(",", "")
    if scale:
        point = f" point {digits(fraction)}" if fraction else ""
        return f"{cardinal(int(count))}{point} {_SCALES.get(scale.lower(), scale.lower())} pounds"
    if len(fraction) > 2:
        return f"{cardinal(int(count))} point {digits(fraction)} pounds"
    return money(Decimal(f"{count}.{fraction or '0'}"))


def _pounds(count: int) -> str:
    return "one pound" if count == 1 else f"{cardinal(count)} pounds"
