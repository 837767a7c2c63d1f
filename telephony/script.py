"""What is said when, within one stretch of the line's speech: how much of it a caller heard who breaks in."""

from __future__ import annotations

from itertools import pairwise


class SpokenScript:
    """The clauses of a stretch of speech, each with the second at which it begins."""

    def __init__(self) -> None:
        self._clauses: list[tuple[float, str]] = []

    def add(self, clause: str, begins: float) -> None:
        """The next clause; `begins` counts seconds from the start of the stretch."""
        self._clauses.append((begins, clause))

    def heard(self, seconds: float, *, of: float) -> str | None:
        """The words that sounded in the first `seconds` of the `of` there are; `None` where no clause is known.

        Within a clause words are taken to be evenly spaced, and one that had only begun does not count.
        """
        if not self._clauses:
            return None
        words: list[str] = []
        for (begins, clause), (ends, _) in pairwise([*self._clauses, (max(of, seconds), "")]):
            said = clause.split()
            share = (seconds - begins) / (ends - begins) if ends > begins else float(seconds >= begins)
            words += said[: int(len(said) * min(1.0, max(0.0, share)))]
        return " ".join(words)
