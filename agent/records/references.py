"""References that can be said over a bad line: `AB-4729`."""

from __future__ import annotations

import secrets

LETTERS = "ABFHLMQRWXY"
"""No I and O, and one letter at most of those that sound alike on the telephone (B of B, C, D, E, G, P, T, V)."""

_DIGITS = "123456789"


def new_reference(prefix: str, attempt: int) -> str:
    """A fresh random reference: letters, a dash, and four digits; five once four were taken several times.

    Uniqueness is the store's: it keeps every reference that was ever given out. No zero (said as "oh"), no 999.
    """
    letters = prefix or secrets.choice(LETTERS) + secrets.choice(LETTERS)
    length = 4 + attempt // 6
    while True:
        digits = "".join(secrets.choice(_DIGITS) for _ in range(length))
        if "999" not in digits:
            return f"{letters}-{digits}"
