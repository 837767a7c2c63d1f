"""Running an action by name: in this process, or on the council's own Rasa action server, by the same protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import aiohttp
from pydantic import BaseModel, ConfigDict, ValidationError
from rasa_sdk import __version__ as protocol_version
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from agent.errors import ActionRejectedError, ActionUnavailableError

_LARGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action reported: its `outcome` slot (`ok` when it set none) and its other slots, as text."""

    outcome: str
    facts: dict[str, str] = field(default_factory=dict)


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    event: str
    name: str | None = None
    value: Any = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    events: list[_Event]


class Carrier(Protocol):
    """Takes a call in the action server's protocol to where actions run, and brings the raw answer."""

    async def open(self, stack: AsyncExitStack) -> None:
        """Get ready; what must be closed is entered into `stack`."""

    async def send(self, call: dict[str, Any]) -> object:
        """Raises `ActionUnavailableError` or `ActionRejectedError`."""


class ActionRunner:
    """Runs actions. Use it as an async context manager; it may be shared by all calls of the process."""

    def __init__(self, carrier: Carrier, domain: Mapping[str, Any]) -> None:
        self._carrier = carrier
        self._domain = dict(domain)
        self._stack = AsyncExitStack()

    @classmethod
    def in_process(
        cls, *, database: Path | None = None, council: Path | None = None, package: str = "agent.actions"
    ) -> ActionRunner:
        """The actions of a Python package in this process.

        `database` is the sample back office's SQLite file, `council` the folder with `rounds.csv` and
        `addresses.csv`; both default to the environment and then to Ashcombe's own.
        """
        places = {"database": database, "council": council}
        office = {name: str(path) for name, path in places.items() if path is not None}
        return cls(_InProcess(package), {"back_office": office})

    @classmethod
    def remote(cls, url: str) -> ActionRunner:
        """Actions on a Rasa action server: its address, with or without `/webhook`."""
        return cls(_Remote(url.rstrip("/").removesuffix("/webhook") + "/webhook"), {})

    async def __aenter__(self) -> ActionRunner:
        await self._carrier.open(self._stack)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def run(self, name: str, *, slots: Mapping[str, str], call_id: str, deadline: float) -> ActionResult:
        """Run one action within `deadline` seconds.

        Raises `ActionUnavailableError` when it is slow, dead, failing or unknown there, or when its answer is not the
        protocol's, and `ActionRejectedError` when it refused.
        """
        call = _call(name, dict(slots), call_id, self._domain)
        try:
            async with asyncio.timeout(deadline):
                raw = await self._carrier.send(call)
        except TimeoutError as error:
            raise ActionUnavailableError(f"{name} did not answer in {deadline:g} s") from error
        try:
            return _result(_Answer.model_validate(raw))
        except ValidationError as error:
            raise ActionUnavailableError(f"{name} answered with something that is not an action's answer") from error


class _InProcess:
    def __init__(self, package: str) -> None:
        self._package = package
        self._executor = ActionExecutor()

    async def open(self, stack: AsyncExitStack) -> None:
        await asyncio.to_thread(self._executor.register_package, self._package)

    async def send(self, call: dict[str, Any]) -> object:
        try:
            answer = await self._executor.run(call)
        except ActionExecutionRejection as error:
            raise ActionRejectedError(str(error)) from error
        except ActionNotFoundException as error:
            raise ActionUnavailableError(str(error)) from error
        except Exception as error:
            raise ActionUnavailableError(f"{call['next_action']} failed: {type(error).__name__}") from error
        return None if answer is None else answer.model_dump()


class _Remote:
    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def open(self, stack: AsyncExitStack) -> None:
        self._session = await stack.enter_async_context(aiohttp.ClientSession())

    async def send(self, call: dict[str, Any]) -> object:
        if self._session is None:
            raise RuntimeError("the runner is not open")
        try:
            async with self._session.post(self._url, json=call, allow_redirects=False) as answer:
                body = await answer.content.read(_LARGEST_ANSWER)
                return self._read(answer.status, body, call["next_action"])
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ActionUnavailableError(f"the action server failed: {type(error).__name__}") from error

    @staticmethod
    def _read(status: int, body: bytes, name: str) -> object:
        # 400 is the protocol's refusal by the action itself; everything else may be better in a minute.
        if status == 400:
            raise ActionRejectedError(f"{name} was refused")
        if status != 200:
            raise ActionUnavailableError(f"the action server answered {status} to {name}")
        return json.loads(body)


def _call(name: str, slots: dict[str, str], call_id: str, domain: dict[str, Any]) -> dict[str, Any]:
    tracker: dict[str, Any] = {
        "sender_id": call_id,
        "slots": slots,
        "latest_message": {},
        "latest_event_time": None,
        "followup_action": None,
        "paused": False,
        "events": [],
        "latest_input_channel": "telephone",
        "active_loop": {},
        "latest_action_name": None,
    }
    return {
        "version": protocol_version,
        "next_action": name,
        "sender_id": call_id,
        "tracker": tracker,
        "domain": domain,
    }


def _result(answer: _Answer) -> ActionResult:
    slots = {event.name: event.value for event in answer.events if event.event == "slot" and event.name}
    facts = {name: str(value) for name, value in slots.items() if value is not None}
    return ActionResult(facts.pop("outcome", "ok"), facts)
