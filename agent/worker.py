"""`townline worker`: takes calls from LiveKit, each in a process of its own; the speech models are in another one."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from livekit.agents import AgentServer, AutoSubscribe, JobContext, JobExecutorType, JobProcess

from agent import preloaded, readiness, worker_figures
from agent.credentials import livekit_api, livekit_key, livekit_settings, signed_in
from agent.keeping import notifier, open_runner, open_store, tended
from agent.llm.opening import ModelAddress, connected, served_model
from agent.opening import open_line
from agent.outbox import Outbox
from agent.publishing import Warm
from agent.room_call import RoomCall
from agent.settings import Settings, load
from agent.speech import server_settings
from agent.tidying import tidy_for_ever
from telephony.errors import NoCallerError
from telephony.hours import Hours
from telephony.rooms import call_id_of
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.errors import VoicesError
from voices.hearing import Hearing

log = logging.getLogger(__name__)

FULL = 0.7
"""The load from which LiveKit gives a worker no more calls, whatever the worker itself thinks."""

_A_HAIR = 1e-6
"""Thirds of a fraction do not add up to it: without this a worker with three slots would take a fourth call."""

_SPARE_PROCESSES = 2
_GENTLY = 10
_START_SECONDS = 90.0
_STATUS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """What a process has loaded before a call comes."""

    settings: Settings
    speech: str
    warm: Warm
    language: ModelAddress | None = None
    """The worker's own language model, which all its calls share."""


def prewarm(config: Path, speech: str, language: ModelAddress | None, process: JobProcess) -> None:
    """Load what takes seconds. Runs in the process that will have the call."""

    def load_gently() -> Ready:
        # A process is made ready whenever a call begins; the calls that go on come first. Niceness is a thread's own.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GENTLY)
        settings = load(config, Settings)
        Hearing(SpeechClient(speech)).prewarm()
        return Ready(settings, speech, asyncio.run(preloaded.warmed(settings, preloaded.warm)), language)

    with ThreadPoolExecutor(1) as loading:
        process.userdata["ready"] = loading.submit(load_gently).result()
    # What loading needed for a moment, some 50 MB, goes back to the machine: every call has such a process.
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


async def take_call(job: JobContext) -> None:
    """One call, from the room it waits in to the end of that room."""
    ready: Ready = job.proc.userdata["ready"]
    async with AsyncExitStack() as stack:
        # By the server and not track by track: what is asked for while the connection is being made again gets lost.
        everything = AutoSubscribe.SUBSCRIBE_ALL
        connecting = asyncio.create_task(job.connect(auto_subscribe=everything), name="connect")
        try:
            speech = await stack.enter_async_context(SpeechClient(ready.speech))
            language = await stack.enter_async_context(connected(ready.settings, ready.language))
            line = await stack.enter_async_context(
                open_line(ready.settings, speech=speech, warm=ready.warm, language=language, tend=False)
            )
        finally:
            await connecting
        try:
            await RoomCall(job.room, line, call_id_of(job.job.room.name), delete_room=job.delete_room).run()
        except NoCallerError as error:
            log.info("call %s: %s", call_id_of(job.job.room.name), error)
    job.shutdown("the call is over")


class Load:
    """How full this worker is: the fullest of its call slots and of the speech server's places."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._speech_full = False

    def __call__(self, server: AgentServer) -> float:
        """0 to 1; at `FULL` no more calls come."""
        if self._speech_full:
            return 1.0
        return min(1.0, FULL * (1 + _A_HAIR) * len(server.active_jobs) / self._slots)

    async def watch(self, speech: SpeechClient) -> None:
        """Ask the speech server, every second for ever, whether it has places left."""
        while True:
            try:
                status = await speech.status()
                self._speech_full = status.left == 0
            except VoicesError as error:
                log.warning("speech server: %s", error.code)
                self._speech_full = True
            await asyncio.sleep(_STATUS_SECONDS)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a worker shows its health and, with a port for them, its figures. Port 0 takes any."""

    host: str = "127.0.0.1"
    health_port: int = 8081
    metrics_port: int | None = None


def agent_server(
    settings: Settings,
    config: Path,
    speech: str,
    load_now: Load,
    *,
    door: Door,
    language: ModelAddress | None = None,
) -> AgentServer:
    """The worker as LiveKit knows it. Raises `LiveKitUnavailableError` without a `livekit` section or its key."""
    livekit = livekit_settings(settings)
    key = livekit_key()
    os.environ[preloaded.CONFIG] = str(config)
    server = AgentServer(
        job_executor_type=JobExecutorType.PROCESS,
        load_fnc=load_now,
        load_threshold=FULL,
        num_idle_processes=min(_SPARE_PROCESSES, settings.telephony.most_calls),
        initialize_process_timeout=_START_SECONDS,
        drain_timeout=settings.agent.longest_call_minutes * 60,
        ws_url=livekit.url,
        api_key=key.name,
        api_secret=key.secret,
        host=door.host,
        port=door.health_port,
        prometheus_port=door.metrics_port,
        setup_fnc=partial(prewarm, config, speech, language),
        preload_modules=["agent.line", "agent.preloaded"],
        log_level="INFO",
    )
    server.rtc_session(take_call, agent_name=livekit.agent_name)
    return server


async def work(settings: Settings, config: Path, *, door: Door) -> None:
    """Take calls until SIGTERM or SIGINT; then take no more, and end when the last one is over.

    Raises `LiveKitUnavailableError`, `VoicesError`, `AgentError`.
    """
    await signed_in(settings)
    await asyncio.to_thread(readiness.check, settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        speech = await stack.enter_async_context(_speech(settings))
        # Once here, so that no process has to train when a call comes.
        await preloaded.warmed(settings)
        store = await stack.enter_async_context(open_store(settings))
        runner = await stack.enter_async_context(open_runner(settings))
        await stack.enter_async_context(tended(store, Outbox(store, runner, notifier())))
        language = await stack.enter_async_context(served_model(settings))
        load_now = Load(settings.telephony.most_calls)
        client = await stack.enter_async_context(SpeechClient(speech))
        lkapi = await stack.enter_async_context(livekit_api(settings))
        for task in (
            asyncio.create_task(load_now.watch(client), name="speech server's places"),
            asyncio.create_task(tidy_for_ever(store, lkapi, Hours(settings.hours)), name="tidy"),
            asyncio.create_task(worker_figures.count_ends(store), name="ends of calls"),
        ):
            stack.callback(task.cancel)
        server = agent_server(settings, config, speech, load_now, door=door, language=language)
        shown = worker_figures.show(lambda: len(server.active_jobs), lambda: load_now(server))
        stack.callback(worker_figures.hide, shown)
        await _run(server, stop)


async def _run(server: AgentServer, stop: asyncio.Event) -> None:
    running = asyncio.create_task(server.run(), name="worker")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if running.done():
        await running
        return
    log.info("no more calls are taken; waiting for those that go on")
    with suppress(TimeoutError):
        await server.drain()
    await server.aclose()
    await running


@asynccontextmanager
async def _speech(settings: Settings) -> AsyncIterator[str]:
    """Where the speech server of this machine is: a child of this process, or the one that is configured."""
    if settings.voices.server not in ("embedded", "in-process"):
        yield settings.voices.server
        return
    async with SpeechServer(server_settings(settings), log_file=settings.data_dir / "voices.log") as server:
        yield server.uri
