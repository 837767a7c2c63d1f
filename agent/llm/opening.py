"""Opens the language model that `config.yaml` names, whatever it is: off, a child process, or somebody's server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openai import AsyncOpenAI

from agent import models
from agent.errors import ModelMissingError
from agent.llm.evaluation import allowed, identity
from agent.llm.server import LlmServer
from agent.llm.settings import Task
from agent.llm.tasks import LanguageModel, Schemas
from agent.model_list import Hub, ModelEntry, ModelFile
from agent.model_sources import Progress, from_hub
from agent.settings import Settings, secrets

_ON_HUB = re.compile(r"^([\w.-]+/[\w.-]+):([\w./-]+\.gguf)$")


def gguf(settings: Settings, progress: Progress = lambda what, done, steps: None) -> Path | None:
    """The model's file, or `None` when the model is not embedded. A model on the hub is fetched once.

    Raises `ModelMissingError` or `ModelUnavailableError`.
    """
    if settings.llm.mode != "embedded":
        return None
    name = settings.llm.model
    if name in models.listed():
        return models.path(name) / "model.gguf"
    if found := _ON_HUB.match(name):
        return _from_hub(found[1], found[2], progress)
    path = settings.file(Path(name))
    if not path.is_file():
        raise ModelMissingError(f"llm.model: {name} is no model in models.yaml and no file")
    return path


def _from_hub(repo: str, file: str, progress: Progress) -> Path:
    folder = models.cache_dir() / "hub" / repo.replace("/", "--")
    target = folder / Path(file).name
    if not target.is_file():
        entry = ModelEntry(
            what=file, licence="", source=repo, hub=Hub(repo=repo), files={target.name: ModelFile(parts=(file,))}
        )
        staging = folder / ".staging"
        staging.mkdir(parents=True, exist_ok=True)
        from_hub(Hub(repo=repo), entry, folder / ".downloads", staging, progress)
        (staging / target.name).replace(target)
    return target


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """Where the language model is, and what it may be asked: all that another process needs to ask it."""

    url: str
    key: str = field(repr=False)
    tasks: frozenset[Task]
    schemas: Schemas


@asynccontextmanager
async def language_model(
    settings: Settings, *, tasks: Collection[Task] | None = None
) -> AsyncIterator[LanguageModel | None]:
    """The model, ready to be asked, or `None` when it is off or no task is on.

    `tasks` overrides what `townline evaluate llm` showed; only the evaluation itself does that.
    Raises `LlmServerError`, `ModelMissingError` or `ModelUnavailableError`.
    """
    async with served_model(settings, tasks=tasks) as address, connected(settings, address) as model:
        yield model


@asynccontextmanager
async def served_model(
    settings: Settings, *, tasks: Collection[Task] | None = None
) -> AsyncIterator[ModelAddress | None]:
    """The address of the model, which an embedded server answers at while the context is open; as `language_model`."""
    async with AsyncExitStack() as stack:
        yield await _served(settings, tasks, stack)


@asynccontextmanager
async def connected(settings: Settings, address: ModelAddress | None) -> AsyncIterator[LanguageModel | None]:
    """A client of a model that is served already, or `None` where there is none."""
    if address is None:
        yield None
        return
    client = AsyncOpenAI(base_url=address.url, api_key=address.key, max_retries=0)
    async with LanguageModel(
        client,
        model=settings.llm.model,
        tasks=address.tasks,
        deadlines=settings.llm.deadline_seconds,
        schemas=address.schemas,
    ) as model:
        yield model


async def _served(settings: Settings, tasks: Collection[Task] | None, stack: AsyncExitStack) -> ModelAddress | None:
    llm = settings.llm
    if llm.mode == "off":
        return None
    file = await asyncio.to_thread(gguf, settings)
    if tasks is None:
        model = await asyncio.to_thread(identity, llm, file, settings.data_dir)
        tasks = allowed(llm, model, settings.data_dir)
    if not tasks:
        return None
    if file is not None:
        log_file = settings.data_dir / "llm-server.log"
        server = LlmServer(file, threads=llm.threads, context=llm.context, log_file=log_file)
        await stack.enter_async_context(server)
        return ModelAddress(server.url, server.key, frozenset(tasks), "json_object")
    key = secrets().llm_key
    word = key.get_secret_value() if key is not None else "none"
    return ModelAddress(llm.url or "", word, frozenset(tasks), "json_schema")
