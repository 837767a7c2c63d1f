"""What the line itself says, whatever the service: `phrases.yaml`, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from intents.service import Service
from voices.clauses import split

_NAMES_A_SERVICE = ("taking", "confirm_intent")
"""The first reply of most calls begins with one of these."""


@cache
def phrases() -> Mapping[str, str]:
    """All fixed phrases by name, as written."""
    loaded = YAML(typ="safe").load(Path(__file__).with_name("phrases.yaml").read_text(encoding="utf-8"))
    return {str(name): str(text) for name, text in loaded.items()}


def phrase(name: str, **fields: str) -> str:
    """One phrase with its fields filled in. Raises `KeyError` for an unknown phrase or a missing field."""
    return phrases()[name].format(**fields)


def wording(service: Service, name: str, fields: Mapping[str, str], attempt: int = 0) -> str | None:
    """A service's own wording, the `attempt`-th way of putting it, or `None` where it has none."""
    variants = service.responses.get(name)
    if not variants:
        return None
    return variants[min(attempt, len(variants) - 1)].text.format_map(_Spoken(fields))


def noun(service: Service) -> str:
    """What a service is called in a sentence: "a bin that was not collected"."""
    return wording(service, "utter_intent", {}) or service.about.title.lower()


class _Spoken(dict[str, str]):
    """Fields of a wording. A value nobody gave is left out of the sentence instead of breaking it."""

    def __missing__(self, key: str) -> str:
        return ""


def joined(options: tuple[str, ...]) -> str:
    """`("a", "b", "c")` → `"a, b, or c"`."""
    if len(options) < 2:
        return "".join(options)
    return f"{', '.join(options[:-1])}, or {options[-1]}"


def fixed_wording(services: Mapping[str, Service], council: str) -> Iterator[str]:
    """Every sentence of the line's own and of its services' that holds nothing that varies, the likeliest first.

    Sentences beside one that varies count: a reply that begins with one begins at once.
    """
    for text in phrases().values():
        yield from _fixed(text.replace("{council}", council))
    for service in sorted(services.values(), key=lambda service: service.about.kind != "complete"):
        if not service.listed:
            yield from (phrase(name, intent=noun(service)) for name in _NAMES_A_SERVICE)
        for name, variants in service.responses.items():
            # The noun of a service in the directory is only said within a question, and there are hundreds.
            if not (service.listed and name == "utter_intent"):
                for variant in variants:
                    yield from _fixed(variant.text)


def _fixed(text: str) -> Iterator[str]:
    return (sentence for sentence in split(text) if "{" not in sentence)
