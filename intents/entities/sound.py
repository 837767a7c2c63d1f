"""A rough key of how an English word sounds, so that "Saint Jon's" finds St John's and "Mel Lane" Mill Lane."""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^wh", "w"),
        (r"^x", "s"),
        (r"mb$", "m"),
        (r"igh", "ay"),
        (r"gh(?=[^aeiou]|$)", ""),
        (r"ph", "f"),
        (r"tch|ch|sh|ti(?=o)|ci(?=[ao])|si(?=o)", "x"),
        (r"th", "0"),
        (r"dg(?=[eiy])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"ck|q|c", "k"),
        (r"z", "s"),
        (r"[^aeiouy]h", lambda match: match.group()[0]),
        (r"(?<=[aeiou])r(?=[^aeiouy]|$)", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """Consonants by sound, with one `a` for a leading vowel: `key("knight") == key("night")`."""
    if word.isdigit():
        return word
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    head = "a" if word[:1] in {"a", "e", "i", "o", "u"} else word[:1]
    return head + re.sub(r"[aeiouyhw]", "", word[1:])


def phrase_key(phrase: str) -> str:
    """The keys of the words of `phrase`, with spaces between."""
    return " ".join(key(word) for word in phrase.split())
