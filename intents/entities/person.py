"""People's names: "it's John Smith", "Smith, spelled S M I T H", "Mrs Patel speaking"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from intents.entities.spelled import Spelled, spelled_runs
from intents.entities.tokens import LONGEST, Token, fold, listed, tokens
from intents.understanding import Value

_LEAD = re.compile(
    r"(?:my (?:full |first |last |sur|own )?name(?:'s| is)|(?:the )?(?:full |sur|last |first )?name(?:'s| is)|"
    r"i'm called|i am called|you're speaking (?:to|with)|you are speaking (?:to|with)|this is|it's|it is|i'm|i am|"
    r"that's|that is|they call me|call me|under the name(?: of)?|in the name of|make it|put down) +"
)
_STRONG = re.compile(r"name(?:'s| is)|called|speaking (?:to|with)|call me|name of|put down")
_TITLES = {"mr": "Mr", "mister": "Mr", "mrs": "Mrs", "missus": "Mrs", "missis": "Mrs", "miss": "Miss", "ms": "Ms",
           "dr": "Dr", "doctor": "Dr", "reverend": "Rev", "rev": "Rev", "sir": "Sir"}  # fmt: skip
_NOT_NAMES = frozenset(
    listed(
        "yes yeah yep no nope um uh er erm oh ah ok okay well so hi hello please thanks thank you speaking here "
        "and the a an is it it's its my name name's surname first last full that that's spelled spelt i i'm am this "
        "sure actually just but with for to of in on at what why who don't know not can could would like want need "
        "sorry said mean good morning afternoon evening there right love mate"
    )
)
_HEARD = 0.84
"""Names are heard wrongly more often than they are said unclearly: none goes on without being read back."""
_SAME = 80
"""Likeness (to 100) of two ways to write one name."""
_SPELL = frozenset({"spelled", "spelt", "spelling", "spells", "that's", "which"})


def read_person(text: str, *, expected: bool) -> tuple[Value, ...]:
    """At most one name in title case; letters that were spelled out settle the word that sounds like them."""
    spoken = _without_asides(tokens(text))
    lead = _LEAD.search(fold(text[:LONGEST]))
    strong = lead is not None and _STRONG.search(lead.group()) is not None
    announced = len(spoken) <= 6 and any(token.text in {"speaking", "here"} for token in spoken[-1:])
    if not expected and not strong and not announced:
        return ()
    start = lead.end() if lead is not None and (strong or lead.start() < 12) else 0
    words = [token for token in spoken if token.start >= start]
    runs = [run for run in spelled_runs([token.text for token in words], digits=False) if run.pieces >= 2]
    name = _words(words, runs)
    if not name and not runs:
        return ()
    parts, sure = _with_spelling([token.text for token in name], [run.symbols for run in runs])
    if not parts or len(parts) > 5:
        return ()
    span = (words[0].start, (name or words)[-1].end)
    sure *= _HEARD if expected else 0.85 * _HEARD
    return (Value("person", *(_titled(parts),) * 2, round(sure, 4), span),)


def _without_asides(spoken: Sequence[Token]) -> list[Token]:
    """Without what is said about a letter: "Catherine with a C", "O apostrophe"."""
    kept: list[Token] = []
    for at, token in enumerate(spoken):
        words = [one.text for one in spoken[max(0, at - 2) : at + 3]]
        place = min(at, 2)
        aside = any(
            words[start : start + 2] in (["with", "a"], ["with", "an"])
            and len("".join(words[start + 2 : start + 3])) == 1
            for start in range(max(0, place - 2), place + 1)
        )
        if not aside and token.text != "apostrophe":
            kept.append(token)
    return kept


def _words(words: Sequence[Token], runs: Sequence[Spelled]) -> list[Token]:
    """The words that may be the name: those outside the spelling, up to the first that cannot be."""
    name: list[Token] = []
    for at, token in enumerate(words):
        if any(run.start <= at < run.end for run in runs) or token.text in _SPELL:
            continue
        if token.text in _NOT_NAMES or any(character.isdigit() for character in token.text) or len(token.text) < 2:
            if name:
                break
            continue
        name.append(token)
    return name if len(name) <= 5 else []


def _with_spelling(name: list[str], spelled: list[str]) -> tuple[list[str], float]:
    if len(name) > 2:
        name = list(dict.fromkeys(name))
    if not spelled:
        return name, 0.82 if len(name) >= 2 else 0.68
    parts = list(name)
    for letters in spelled:
        word = letters.lower()
        if word == "".join(parts).replace("'", ""):
            continue
        said = next((at for at, part in enumerate(parts) if part.replace("'", "") == word), None)
        if said is not None:
            _repeated(parts, said)
            continue
        likeness = [fuzz.ratio(word, part) for part in parts]
        if likeness and max(likeness) >= 45:
            parts[likeness.index(max(likeness))] = word
        elif word.startswith("".join(parts)) and parts:
            parts = _split(word, parts)
        else:
            parts.append(word)
    return parts, 0.93 if len(parts) >= 2 else 0.85


def _repeated(parts: list[str], said: int) -> None:
    """ "Ann Marsh, Anne with an E": a part that is said again, as it is spelled, stands for the first time."""
    first = next((at for at in range(said) if fuzz.ratio(parts[at], parts[said]) >= _SAME), None)
    if first is not None:
        parts[first] = parts.pop(said)


def _split(word: str, parts: list[str]) -> list[str]:
    """ "John, J O H N S M I T H": one run over more names than were said."""
    return [*parts, word[len("".join(parts)) :]]


def _titled(parts: Sequence[str]) -> str:
    return " ".join(_TITLES.get(part, _capital(part)) for part in parts)


def _capital(part: str) -> str:
    """`o'brien` → `O'Brien`, `mcdonald` → `McDonald`."""
    part = part.removesuffix("'s") if part.endswith("'s") else part
    if part.startswith("mc") and len(part) > 4:
        return "Mc" + part[2:].capitalize()
    return "'".join(piece.capitalize() for piece in part.split("'"))
