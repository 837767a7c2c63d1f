"""Who does what: the services that another body does for this kind of council, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from intents.directory import listed_id
from intents.document import Document, Problem, read
from intents.service import Form, HandoffRule, Response, Service, Source

FILE = "responsibility.yaml"
"""The file's name, among the service files."""

Tier = Literal["unitary", "district", "county", "london", "wales"]
"""What kind of council it is; a metropolitan borough is `unitary`."""


class Body(BaseModel):
    """Another body, as it is named to a caller, and how it is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    reach: str
    """A sentence: `Ring 01632 960500, or look on their website.`"""
    updated: str
    """ISO date of when this was last looked up."""
    url: str


class Rule(BaseModel):
    """In councils of these `tiers` the `body` does these services, not the council."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: tuple[Tier, ...]
    body: str
    services: tuple[str, ...] = ()
    """Ids of services with a file."""
    numbers: tuple[int, ...] = ()
    """Numbers of the directory."""

    @property
    def intents(self) -> tuple[str, ...]:
        """All that the rule is about."""
        return (*self.services, *(listed_id(number) for number in self.numbers))


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = "3.1"
    bodies: Mapping[str, Body]
    responsibility: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The bodies by name, and the rules."""

    bodies: Mapping[str, Body] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def elsewhere(self, tier: Tier) -> dict[str, Body]:
        """The body that does a service instead of a council of this tier, by the service's id."""
        return {intent: self.bodies[rule.body] for rule in self.rules if tier in rule.tiers for intent in rule.intents}

    def applied(self, services: Mapping[str, Service], tier: Tier) -> dict[str, Service]:
        """The services as a council of this tier has them: what others do is recognised and answered with who does."""
        others = self.elsewhere(tier)
        return {id_: _told(service, others[id_]) if id_ in others else service for id_, service in services.items()}


@dataclass(frozen=True, slots=True)
class ParsedResponsibility:
    """What the file gave, with every problem in it."""

    responsibility: Responsibility
    document: Document | None = None
    problems: tuple[Problem, ...] = ()


def parse(name: str, text: str) -> ParsedResponsibility:
    """Read the file; never raises for what is in it."""
    document = read(name, text)
    if isinstance(document, Problem):
        return ParsedResponsibility(Responsibility(), None, (document,))
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        problems = tuple(
            document.problem(detail["loc"], f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}")
            for detail in error.errors(include_url=False, include_input=False, include_context=False)
        )
        return ParsedResponsibility(Responsibility(), document, problems)
    unknown = tuple(
        document.problem(("responsibility", at, "body"), f"body: {rule.body!r} is not one of `bodies:`")
        for at, rule in enumerate(file.responsibility)
        if rule.body not in file.bodies
    )
    if unknown:
        return ParsedResponsibility(Responsibility(), document, unknown)
    return ParsedResponsibility(Responsibility(file.bodies, file.responsibility), document)


def unknown_services(parsed: ParsedResponsibility, known: Mapping[str, Service]) -> Iterator[Problem]:
    """The rules about services that do not exist."""
    for at, rule in enumerate(parsed.responsibility.rules):
        for intent in rule.intents:
            if intent not in known and parsed.document is not None:
                yield parsed.document.problem(("responsibility", at), f"responsibility: there is no service {intent!r}")


def _told(service: Service, body: Body) -> Service:
    """The same service with the same examples, answered with who does it and how they are reached."""
    about = service.about.model_copy(
        update={
            "kind": "answer",
            "check": None,
            "check_needs": (),
            "outcomes": {},
            "action": None,
            "handoff": HandoffRule(),
            "source": Source(title=f"Who does what: {body.name}", url=body.url, updated=body.updated),
        }
    )
    noun = service.responses["utter_intent"][0].text
    said = f"{body.name} looks after that, not us. {body.reach}"
    responses = {"utter_intent": (Response(text=noun),), "utter_answer": (Response(text=said),)}
    return service.model_copy(update={"about": about, "form": Form(), "slots": {}, "responses": responses})
