"""Email addresses as they are said: "john dot smith at gmail dot com", "J S M I T H, all one word, at …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intents.entities.alphabet import LETTER_OF
from intents.entities.mail_domains import NOWHERE, WELL_KNOWN, Domain, domain_of
from intents.entities.spelled import symbol_at
from intents.entities.tokens import LONGEST, Token, fold, listed
from intents.understanding import Value

_WRITTEN = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,60}@[a-z0-9\-]{1,60}(?:\.[a-z]{2,10}){1,3}")
_PIECE = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[@._+\-]")
_SIGNS = {
    "dot": ".", "point": ".", "full stop": ".", "at": "@", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-",
    "plus": "+", ".": ".", "@": "@", "_": "_", "-": "-",
}  # fmt: skip
_BEFORE = frozenset(
    listed("my email is address it's its it the e mail um er yes yeah okay ok so that's that would be send to and i")
)
_AFTER = frozenset(listed("thanks please thank you"))
_INITIALS = frozenset(listed("are our be bee see sea tee tea pee gee dee ell em ess eff you why oh"))
"""Names of letters that no address begins or ends with as words."""
_JOINS = frozenset("._-+")
_LIKE_AT = frozenset(listed("a . that hat and add ad et it up had"))
_SUREST, _DOUBTED = 0.79, 0.7
"""Of an address that was written down by the recogniser, and of a domain that it did not make out at once."""
_ASIDES = re.compile(
    r"\b(?:all (?:one word|lower ?case|together|in)|lower ?case|(?:or )?one word|capital|small|letters?|number)\b"
)


def read_email(text: str, *, expected: bool, others: Sequence[str] = ()) -> tuple[Value, ...]:
    """At most one address; a domain that is nearly a well-known one is read as it.

    `others`: the recogniser's other readings, for a domain that only they have right. No address that was spoken is so
    sure that it would not be read back: names sound like other names.
    """
    found = _read(text, expected=expected)
    for other in others if found is None or found.domain.name not in WELL_KNOWN else ():
        better = _read(other, expected=expected)
        if better is not None and (found is None or better.domain.name in WELL_KNOWN):
            doubted = Domain(better.domain.name, _DOUBTED * better.domain.sure)
            found = replace(found or better, domain=doubted)
            break
    if found is None:
        return ()
    return (_value(f"{found.local}@{found.domain.name}", found.domain.sure * found.sure, found.span),)


@dataclass(frozen=True, slots=True)
class _Address:
    local: str
    domain: Domain
    sure: float
    span: tuple[int, int]


def _read(text: str, *, expected: bool) -> _Address | None:
    plain = fold(text[:LONGEST])
    written = _WRITTEN.search(plain)
    if written:
        before, _, after = written.group().partition("@")
        return _Address(before, Domain(after, 1.0), _SUREST, written.span())
    cleaned = _ASIDES.sub(lambda match: " " * len(match.group()), plain).replace("full stop", "dot      ")
    pieces = [Token(m.group(), m.start(), m.end()) for m in _PIECE.finditer(cleaned)]
    while pieces and (pieces[-1].text == "." or pieces[-1].text in _AFTER):
        pieces.pop()
    words = [_SIGNS.get(piece.text, piece.text) for piece in pieces]
    ats = [at for at, word in enumerate(words) if word == "@"]
    if not expected and not (ats and "." in words[ats[-1] :]):
        return None
    at, domain = (ats[-1], domain_of(words[ats[-1] + 1 :][:14])) if ats else _without_at(words)
    while at > 0 and words[at - 1] == "@":
        at -= 1
    start = _start(words, at)
    words[start:at] = _letters(words[start:at])
    local = _local(words[start:at])
    if not local or domain is NOWHERE:
        return None
    spelled = sum(len(word) == 1 for word in words[start:at]) > 2
    return _Address(local, domain, 0.8 if spelled else 0.75, (pieces[start].start, pieces[-1].end))


def _without_at(words: Sequence[str]) -> tuple[int, Domain]:
    """Where a well-known domain begins that nothing stands before: its "at" was heard as something else, or not."""
    ends = [(domain_of(words[start:]), start) for start in range(1, len(words)) if "." in words[start:]]
    known = [(domain.sure, start, domain) for domain, start in ends if domain.name in WELL_KNOWN]
    if known:
        sure, start, domain = max(known, key=lambda one: one[:2])
        end = start - 1 if start > 1 and words[start - 1] in _LIKE_AT else start
        return end, Domain(domain.name, _DOUBTED * sure)
    return 0, NOWHERE


def _start(words: Sequence[str], at: int) -> int:
    start = at
    while start > 0 and at - start < 40 and words[start - 1] != "@":
        if words[start - 1] in _BEFORE and not _letter(words, start - 1, at):
            break
        start -= 1
    return start


def _letters(words: Sequence[str]) -> list[str]:
    """An initial that was heard as a word: "our white" is R. White, "tom dot be" Tom B."""
    heard = list(words)
    for place, word in enumerate(words):
        first, after_dot = place == 0 and len(words) > 1, place > 0 and words[place - 1] == "."
        if word in _INITIALS and (after_dot or (first and words[1] not in _JOINS)):
            heard[place] = LETTER_OF[word].lower()
    return heard


def _letter(words: Sequence[str], place: int, at: int) -> bool:
    """ "I" and "um" end the search backwards, but an "i" between letters is one of them."""
    if words[place] in _INITIALS and place > 0 and words[place - 1] == ".":
        return True
    beside = ([words[place + 1]] if place + 1 < at else []) + ([words[place - 1]] if place else [])
    return len(words[place]) == 1 and any(len(word) == 1 and word.isalpha() for word in beside)


def _local(words: Sequence[str]) -> str:
    made, at = "", 0
    single = sum(len(word) == 1 and word.isalpha() for word in words) >= 2
    while at < len(words):
        step = symbol_at(words, at, inside=single, digits=True) if words[at] not in ".@_-+" else None
        if step is not None and (single or len(words[at]) == 1 or not step[0].isalpha()):
            made, at = made + step[0].lower(), step[1]
        else:
            made, at = made + words[at].replace("'", ""), at + 1
    return made.strip(".-_+")[:64]


def _value(address: str, sure: float, span: tuple[int, int]) -> Value:
    spoken = address.replace("@", " at ").replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ")
    return Value("email", address, spoken, round(sure, 4), span)
