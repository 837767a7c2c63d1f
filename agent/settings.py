"""`config.yaml`, read once: every package's section, and the secrets from the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.llm.settings import LlmSettings
from agent.yaml_document import YamlDocument
from intents.responsibility import Tier
from intents.settings import IntentsSettings
from telephony.settings import HoursSettings, TelephonySettings
from voices.settings import VoicesSettings

ROOT = Path(__file__).resolve().parent.parent


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CouncilSettings(_Section):
    """Who the line speaks for."""

    name: str
    """As it is written: `Ashcombe Borough Council`."""
    spoken: str | None = None
    """As it is said, where that differs from `name`."""
    tier: Tier = "unitary"
    """What kind of council it is; `responsibility.yaml` among the services says what others do for it."""
    website: str
    """As it is said to a caller: `ashcombe.gov.example`."""
    telephone: str
    """The line's own number."""
    postcode_areas: tuple[str, ...] = Field(min_length=1)
    """The letters and digits that local postcodes begin with, for example `QA1`."""


class AgentSettings(_Section):
    """How the line behaves and where it keeps what must not be lost."""

    data_dir: Path = Path("var")
    """Database, releases and rendered wording; relative to `config.yaml`."""
    action_server: str | None = Field(default=None, pattern=r"^https?://")
    """The council's own Rasa action server; without it the actions run in this process."""
    action_seconds: float = Field(default=4.0, gt=0, le=60)
    """An action that takes longer is delivered later, and the caller is told so."""
    longest_call_minutes: int = Field(default=30, ge=1, le=240)
    silence_seconds: float = Field(default=8.0, ge=1, le=60)
    """After so long without a word the line asks whether anybody is there; a patient line waits longer."""
    talk_seconds: float = Field(default=45.0, ge=5, le=600)
    """After so long without a pause the line breaks in."""


class Secrets(BaseSettings):
    """What never stands in a file: `TOWNLINE_DATABASE_URL`, `TOWNLINE_NOTIFY_KEY` and so on, one for each field."""

    model_config = SettingsConfigDict(env_prefix="TOWNLINE_", frozen=True)

    database_url: SecretStr | None = None
    """An SQLAlchemy URL; without it the store is SQLite in `data_dir`."""
    notify_key: SecretStr | None = None
    llm_key: SecretStr | None = None
    livekit_key: SecretStr | None = None
    livekit_secret: SecretStr | None = None
    sip_password: SecretStr | None = None
    sip_outbound_password: SecretStr | None = None


class Settings(_Section):
    """The whole file. `desk` is the web's section, which only the web knows how to read."""

    council: CouncilSettings
    hours: HoursSettings = HoursSettings()
    agent: AgentSettings = AgentSettings()
    intents: IntentsSettings = IntentsSettings()
    telephony: TelephonySettings = TelephonySettings()
    voices: VoicesSettings = VoicesSettings()
    llm: LlmSettings = LlmSettings()
    desk: Any = None

    _folder: Path = PrivateAttr(default=ROOT)

    def located(self, folder: Path) -> None:
        """Say where the file stands, once, right after reading it."""
        self._folder = folder.resolve()

    def file(self, path: Path) -> Path:
        """A path from the file, made absolute: relative ones start beside `config.yaml`."""
        return self._folder / path.expanduser()

    @property
    def data_dir(self) -> Path:
        """The folder of everything that is written, absolute."""
        return self.file(self.agent.data_dir)

    @property
    def knowledge_dir(self) -> Path:
        """Where the council's imported pages are kept, absolute."""
        return self.data_dir / "knowledge"

    def models_named(self) -> list[str]:
        """The models this configuration needs, by their names in `models.yaml`."""
        needed = [self.voices.whisper, self.voices.voice, self.intents.encoder]
        if self.llm.mode == "embedded" and not {"/", ":"} & set(self.llm.model):
            needed.append(self.llm.model)
        return needed


S = TypeVar("S", bound=Settings)


def config_path() -> Path:
    """`$TOWNLINE_CONFIG`, or the `config.yaml` of this checkout."""
    return Path(os.environ.get("TOWNLINE_CONFIG") or ROOT / "config.yaml")


def load(path: Path, model: type[S]) -> S:
    """Read the file as `model`. Raises `ConfigError` with every fault at once, each as `file:line: key: …`."""
    settings = YamlDocument(path).validate(model)
    settings.located(path.parent)
    return settings


@lru_cache(maxsize=1)
def secrets() -> Secrets:
    """The secrets, read from the environment once."""
    return Secrets()
