"""The domain of an email address as it was heard: "hard mail dot co dot uk" is Hotmail's, "yawhew.com" Yahoo's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from intents.entities.tokens import listed

WELL_KNOWN = listed(
    "gmail.com googlemail.com hotmail.com hotmail.co.uk outlook.com yahoo.com yahoo.co.uk btinternet.com icloud.com "
    "live.co.uk aol.com sky.com talktalk.net virginmedia.com ntlworld.com me.com msn.com protonmail.com "
    "blueyonder.co.uk"
)
_PROVIDERS = tuple(dict.fromkeys(domain.split(".")[0] for domain in WELL_KNOWN))
_HEARD = {
    "g mail": "gmail", "gee mail": "gmail", "jimail": "gmail", "g male": "gmail", "gmale": "gmail",
    "hot mail": "hotmail", "hot male": "hotmail", "out look": "outlook", "out luck": "outlook", "ya who": "yahoo",
    "b t internet": "btinternet", "bt internet": "btinternet", "i cloud": "icloud", "eye cloud": "icloud",
    "talk talk": "talktalk", "virgin media": "virginmedia", "a o l": "aol", "sky mail": "sky",
    "blue yonder": "blueyonder", "blue wonder": "blueyonder",
}  # fmt: skip
_ENDS = {
    "com": "com", "calm": "com", "come": "com", "kom": "com", "con": "com", "c o m": "com", "co uk": "co.uk",
    "co.u k": "co.uk", "co u k": "co.uk", "c o.uk": "co.uk", "code.uk": "co.uk", "code uk": "co.uk", "go.uk": "co.uk",
    "cove.uk": "co.uk", "coat.uk": "co.uk",
}  # fmt: skip
_SOUNDS = {
    "gmail": (r"[gj]?[mn](?:a|e|i|ee|ea|ai|ei)*ll?e?", "com"),
    "yahoo": (r"y[aeiouhw]{3,}", "com"),
    "aol": (r"a?oll?|all?|old|ayo(?:el|ll?)", "com"),
    "icloud": (r"[iy]e?[ckgq]+l(?:o|ou|ow|au)d?", "com"),
    "talktalk": (r"(\w{2,4})\1|t\w{1,3}[ck]t\w{1,3}[ck]", "net"),
}
"""What short names become where a line is bad, and the end that they have; "at" takes the "g" of "gmail" away."""
_JOINED_AT = re.compile(r"^(?:at|et|it|add|hat|that)(?=\w{3})")
_END = re.compile(rf"\.\s*({'|'.join(sorted(map(re.escape, _ENDS), key=len, reverse=True))})$")
_WRITTEN = re.compile(r"[a-z0-9\-]+(?:\.[a-z0-9\-]{2,10})+")
_NEAR = 76
"""Per cent of the letters of a provider's name that must be right."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, and how sure it is, 0 to 1."""

    name: str
    sure: float


NOWHERE = Domain("", 0.0)


def domain_of(words: Sequence[str]) -> Domain:
    """The domain that `words` end with, signs as they are written; `NOWHERE` if they hold none."""
    said = " ".join(words)
    for heard, meant in _HEARD.items():
        said = re.sub(rf"\b{heard}\b", meant, said)
    said = re.sub(r"\s*\.\s*", ".", said).strip(".-_@ ")
    said = _END.sub(lambda end: f".{_ENDS[end.group(1)]}", said).replace(" ", "")
    if said in WELL_KNOWN:
        return Domain(said, 0.98)
    provider, _, end = said.partition(".")
    if not end:
        whole = next((domain for domain in WELL_KNOWN if domain.split(".")[0] == said), "")
        return Domain(whole, 0.7) if whole else NOWHERE
    meant = _provider(provider, end)
    if meant:
        return Domain(_whole(meant, end), 0.75)
    return Domain(said, 0.7) if _WRITTEN.fullmatch(said) else NOWHERE


def _provider(heard: str, end: str) -> str:
    """The well-known provider that a misheard name stands for, if it does."""
    for name in dict.fromkeys((heard, _JOINED_AT.sub("", heard))):
        near = process.extractOne(name, _PROVIDERS, scorer=fuzz.ratio, score_cutoff=_NEAR)
        if near and len(name) > 3:
            return str(near[0])
        for provider, (sounds, its_end) in _SOUNDS.items():
            if end == its_end and re.fullmatch(sounds, name):
                return provider
    return ""


def _whole(provider: str, end: str) -> str:
    """The provider's own domain, with the end that was heard if it has several."""
    own = [domain for domain in WELL_KNOWN if domain.split(".")[0] == provider]
    return next((domain for domain in own if domain == f"{provider}.{end}"), own[0])
