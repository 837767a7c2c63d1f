"""Email addresses as they are said: "john dot smith at gmail dot com", "J S M I T H, all one word, at …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from intents.entities.spelled import symbol_at
from intents.entities.tokens import LONGEST, Token, fold, listed
from intents.understanding import Value

_WRITTEN = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,60}@[a-z0-9\-]{1,60}(?:\.[a-z]{2,10}){1,3}")
_PIECE = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[@._+\-]")
_SIGNS = {
    "dot": ".", "point": ".", "full stop": ".", "at": "@", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-",
    "plus": "+", ".": ".", "@": "@", "_": "_", "-": "-",
}  # fmt: skip
_DOMAINS = listed(
    "gmail.com googlemail.com hotmail.com hotmail.co.uk outlook.com yahoo.com yahoo.co.uk btinternet.com icloud.com "
    "live.co.uk aol.com sky.com talktalk.net virginmedia.com ntlworld.com me.com msn.com protonmail.com "
    "blueyonder.co.uk"
)
_HEARD = {
    "g mail": "gmail", "gee mail": "gmail", "jimail": "gmail", "hot mail": "hotmail", "out look": "outlook",
    "b t internet": "btinternet", "bt internet": "btinternet", "i cloud": "icloud", "eye cloud": "icloud",
    "talk talk": "talktalk", "virgin media": "virginmedia", "a o l": "aol", "co uk": "co.uk", "sky mail": "sky",
}  # fmt: skip
_BEFORE = frozenset(
    listed("my email is address it's its it the e mail um er yes yeah okay ok so that's that would be send to and i")
)
_ASIDES = re.compile(
    r"\b(?:all (?:one word|lower ?case|together|in)|lower ?case|one word|capital|small|letters?|number)\b"
)


def read_email(text: str, *, expected: bool) -> tuple[Value, ...]:
    """At most one address; a domain that is nearly a well-known one is read as it, with what was heard beside it."""
    plain = fold(text[:LONGEST])
    written = _WRITTEN.search(plain)
    if written:
        return (_value(written.group(), 0.95, written.span()),)
    cleaned = _ASIDES.sub(lambda match: " " * len(match.group()), plain).replace("full stop", "dot      ")
    pieces = [Token(m.group(), m.start(), m.end()) for m in _PIECE.finditer(cleaned)]
    pieces = pieces[:-1] if pieces and pieces[-1].text == "." else pieces
    words = [_SIGNS.get(piece.text, piece.text) for piece in pieces]
    ats = [at for at, word in enumerate(words) if word == "@"]
    if not ats or not (expected or "." in words[ats[-1] :]):
        return ()
    at = ats[-1]
    start = _start(words, at)
    local = _local(words[start:at])
    domain, sure = _domain(words[at + 1 :])
    if not local or not domain:
        return ()
    spelled = sum(len(word) == 1 for word in words[start:at]) > 2
    return (_value(f"{local}@{domain}", sure * (0.85 if spelled else 0.75), (pieces[start].start, pieces[-1].end)),)


def _start(words: Sequence[str], at: int) -> int:
    start = at
    while start > 0 and at - start < 40 and (words[start - 1] not in _BEFORE or _letter(words, start - 1, at)):
        start -= 1
    return start


def _letter(words: Sequence[str], place: int, at: int) -> bool:
    """ "I" and "um" end the search backwards, but an "i" between letters is one of them."""
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


def _domain(words: Sequence[str]) -> tuple[str, float]:
    said = " ".join(word for word in words[:14] if word not in {"thanks", "please", "thank", "you"})
    for heard, meant in _HEARD.items():
        said = re.sub(rf"\b{heard}\b", meant, said)
    said = re.sub(r"\s*\.\s*", ".", said).replace(" ", "").strip(".-_@")
    if not said:
        return "", 0.0
    if said in _DOMAINS:
        return said, 0.98
    if "." not in said:
        whole = next((domain for domain in _DOMAINS if domain.split(".")[0] == said), "")
        return (whole, 0.7) if whole else ("", 0.0)
    near = process.extractOne(said, _DOMAINS, scorer=fuzz.ratio, score_cutoff=86)
    if near:
        return near[0], 0.85
    return (said, 0.7) if re.fullmatch(r"[a-z0-9\-]+(?:\.[a-z0-9\-]{2,10})+", said) else ("", 0.0)


def _value(address: str, sure: float, span: tuple[int, int]) -> Value:
    spoken = address.replace("@", " at ").replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ")
    return Value("email", address, spoken, round(sure, 4), span)
