"""What one service is: the shape of a file in `services/`, in Rasa's vocabulary plus a `service:` block."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["complete", "answer", "route"]
"""`complete`: done on the line · `answer`: answered from published text · `route`: taken to the right team."""

BUILT_IN_ENTITIES = frozenset(
    {
        "address",
        "street",
        "location",
        "postcode",
        "date",
        "time",
        "number",
        "money",
        "phone",
        "email",
        "person",
        "reference",
        "registration",
        "yes_no",
    }
)
"""Entity types that `intents.entities` reads itself; every other entity is a choice with its own `values`."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Thresholds(_Model):
    """A service's own limits, as probabilities; `None` takes the table in `agent/confidence.py`."""

    accept: float | None = Field(default=None, ge=0, le=1)
    confirm: float | None = Field(default=None, ge=0, le=1)


class Mapping(_Model):
    """How a slot is filled, as in Rasa: from an entity, or from the whole utterance (`from_text`)."""

    type: Literal["from_entity", "from_text"] = "from_entity"
    entity: str | None = None


class Slot(_Model):
    """One thing a form asks for."""

    type: Literal["text", "categorical", "bool", "float", "any"] = "text"
    values: tuple[str, ...] = ()
    """Categorical only: the canonical values. Their spoken forms are `synonym` blocks under `nlu:`."""
    spoken: dict[str, str] = Field(default_factory=dict)
    """Categorical only: how a value is said, where that is not the value itself."""
    mappings: tuple[Mapping, ...] = ()
    confirm: bool = False
    """Always read this value back on its own, whatever its probability."""
    optional: bool = False
    """`I don't know` is an acceptable answer and leaves the slot empty."""
    story: bool = False
    """Text only: the caller's first words may already be the answer, when they tell more than which service it is."""
    sensitive: bool = False
    """Never in a log or an event; keypad preferred."""
    hints: tuple[str, ...] = ()
    """Words for the recogniser to expect while this slot is asked for."""
    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Ask only when every named slot has one of these values."""

    @property
    def entity(self) -> str | None:
        """The entity type that fills the slot, or `None` when the whole utterance does."""
        return next((m.entity for m in self.mappings if m.type == "from_entity"), None)


class Form(_Model):
    """The slots a service needs, in the order they are asked for."""

    required_slots: tuple[str, ...] = ()


class Response(_Model):
    """One wording. `{slot}` is replaced by the slot's spoken form; `fallback` is the same in other words."""

    text: str


class HandoffRule(_Model):
    """When this service is for people."""

    always: bool = False
    team: str | None = None
    reason: str | None = None


class Source(_Model):
    """Where a published answer comes from."""

    title: str
    url: str
    updated: str
    """ISO date of the page."""


class About(_Model):
    """The `service:` block."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    lgsl: int | None = None
    kind: Kind
    team: str
    aliases: tuple[str, ...] = ()
    check: str | None = None
    """Name of a read-only rasa-sdk action that looks things up once its slots are filled, before the read-back."""
    check_needs: tuple[str, ...] = ()
    """The slots `check` needs; it runs as soon as all of them are filled."""
    outcomes: dict[str, Literal["continue", "end", "person"]] = Field(default_factory=dict)
    """What follows each `outcome` that `check` may report: say `utter_outcome_<name>`, then go on with the form,
    end this request, or fetch a person. `ok` goes on without a word."""
    facts: tuple[str, ...] = ()
    """Names that `check` and `action` may report, and that wordings may hold as `{name}`."""
    action: str | None = None
    """Name of the rasa-sdk action that does the work once the caller has said yes."""
    thresholds: Thresholds = Thresholds()
    handoff: HandoffRule = HandoffRule()
    hours: str = "always"
    """Name of an opening-hours entry in `config.yaml`, or `always`."""
    retention_days: int = Field(default=365, ge=1)
    source: Source | None = None
    notice: str | None = None
    """A temporary notice that is spoken before anything else about this service."""


class Example(_Model):
    """One training utterance with its annotations taken out: `my [blue](bin_type) bin` → `my blue bin`."""

    text: str
    entities: tuple[tuple[str, str], ...] = ()
    """Pairs of entity type and the words annotated with it."""


class Service(_Model):
    """One service file, read and checked."""

    about: About
    examples: tuple[Example, ...] = ()
    synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Canonical value → the ways people say it."""
    slots: dict[str, Slot] = Field(default_factory=dict)
    form: Form = Form()
    responses: dict[str, tuple[Response, ...]] = Field(default_factory=dict)
    path: str = ""
    listed: bool = False
    """Known from the directory, by its names alone; there is no file of it."""

    @property
    def id(self) -> str:
        """The service's id, which is also its intent's name."""
        return self.about.id
