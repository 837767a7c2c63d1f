"""The language model's four tasks. Each ends by its deadline with a typed result, and never raises into a call."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal

from openai import AsyncOpenAI, OpenAIError

from agent.llm import prompts
from agent.llm.answers import Candidate, Chosen, Extracted, Line, NoAnswer, Phrased, Summary
from agent.llm.grounding import grounded
from agent.llm.settings import Deadlines, Task

log = logging.getLogger(__name__)

Schemas = Literal["json_schema", "json_object"]
"""How a server takes a schema: OpenAI's way, or llama-cpp-python's (`json_object` with a `schema` beside it)."""

LONGEST_ANSWER = 60
"""Words; a spoken answer that is longer is not one."""


class LanguageModel:
    """A model behind the OpenAI API. `tasks` are the ones that are on; the others answer `off` at once."""

    def __init__(
        self,
        client: AsyncOpenAI,
        *,
        model: str,
        tasks: Collection[Task],
        deadlines: Deadlines = Deadlines(),
        schemas: Schemas = "json_schema",
    ) -> None:
        self._client = client
        self._model = model
        self._schemas = schemas
        self.tasks = frozenset(tasks)
        self.deadlines = deadlines

    async def __aenter__(self) -> LanguageModel:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def choose(self, utterance: str, candidates: Sequence[Candidate]) -> Chosen | NoAnswer:
        """Which of at most six candidates is meant."""
        offered = candidates[: len(prompts.LETTERS)]
        text = await self._ask(Task.CHOOSE, prompts.choose(utterance, offered), tokens=2)
        if isinstance(text, NoAnswer):
            return text
        letter = text.strip(" .()\n")[:1].upper()
        if letter == prompts.NONE:
            return Chosen(None)
        index = prompts.LETTERS.find(letter) if letter else -1
        return Chosen(offered[index].intent) if 0 <= index < len(offered) else NoAnswer("unusable")

    async def extract(self, utterance: str, wanted: Mapping[str, str]) -> Extracted | NoAnswer:
        """The caller's own words for each slot of `wanted` (slot → what it is); what was not said is left out."""
        schema = prompts.extract_schema(wanted)
        text = await self._ask(Task.EXTRACT, prompts.extract(utterance, wanted), tokens=128, schema=schema)
        if isinstance(text, NoAnswer):
            return text
        try:
            found = json.loads(text)
        except ValueError:
            return NoAnswer("unusable")
        if not isinstance(found, dict):
            return NoAnswer("unusable")
        said = _plain(utterance)
        values = {slot: str(found[slot]).strip() for slot in wanted if isinstance(found.get(slot), str)}
        return Extracted(
            {slot: words for slot, words in values.items() if words and f" {_plain(words)} " in f" {said} "}
        )

    async def phrase(self, question: str, passage: str) -> Phrased:
        """An answer that says nothing which the passage does not; else the passage itself."""
        text = await self._ask(Task.PHRASE, prompts.phrase(question, passage), tokens=96)
        if isinstance(text, NoAnswer):
            return Phrased(passage, by_model=False, why=text.why)
        answer = " ".join(text.split())
        if (
            not answer.endswith((".", "!", "?"))
            or len(answer.split()) > LONGEST_ANSWER
            or not grounded(answer, passage)
        ):
            return Phrased(passage, by_model=False, why="unusable")
        return Phrased(answer, by_model=True)

    async def summarise(self, lines: Sequence[Line]) -> Summary | NoAnswer:
        """One paragraph for the adviser; every number, date and name in it was said in the call."""
        text = await self._ask(Task.SUMMARISE, prompts.summarise(lines), tokens=160)
        if isinstance(text, NoAnswer):
            return text
        note = " ".join(text.split())
        said = "\n".join(line.text for line in lines)
        if not note.endswith((".", "!", "?")) or not grounded(note, f"{said}\nCaller Line Adviser Council Note"):
            return NoAnswer("unusable")
        return Summary(note)

    async def _ask(
        self,
        task: Task,
        messages: prompts.Messages,
        *,
        tokens: int,
        schema: dict[str, object] | None = None,
    ) -> str | NoAnswer:
        if task not in self.tasks:
            return NoAnswer("off")
        try:
            async with asyncio.timeout(self.deadlines.of(task)):
                return await self._stream(messages, tokens, schema)
        except TimeoutError:
            log.info("llm task=%s outcome=late", task.value)
            return NoAnswer("late")
        except (OpenAIError, OSError, ValueError) as error:
            log.warning("llm task=%s outcome=failed error=%s", task.value, type(error).__name__)
            return NoAnswer("failed")

    async def _stream(self, messages: prompts.Messages, tokens: int, schema: dict[str, object] | None) -> str:
        """Streamed, since a server notices that nobody waits any more only between two pieces of a stream."""
        form: dict[str, Any] = {} if schema is None else {"response_format": self._form(schema)}
        stream = await self._client.chat.completions.create(
            model=self._model, messages=messages, max_tokens=tokens, temperature=0, stream=True, **form
        )
        async with stream:
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

    def _form(self, schema: dict[str, object]) -> dict[str, object]:
        if self._schemas == "json_object":
            return {"type": "json_object", "schema": schema}
        return {"type": "json_schema", "json_schema": {"name": "values", "schema": schema, "strict": True}}


def _plain(text: str) -> str:
    """Words and digits only, so that a comma or a capital does not hide that something was said."""
    return " ".join(re.findall(r"[a-z0-9£]+", text.casefold()))
