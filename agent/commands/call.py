"""`townline call`: play a recorded caller to the line and write what the caller would have heard."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.caller import RecordedCaller, Utterance, read_keys, read_recording
from agent.commands.configuration import configuration, exit_code
from agent.errors import AgentError
from agent.events import DecisionEvent, Event, GapEvent, ReplyEvent, TranscriptEvent
from agent.opening import open_line
from agent.settings import Settings
from intents.errors import IntentsError
from telephony.recording import write_two_channels
from voices.errors import VoicesError

_RENDERING_SECONDS = 30.0
"""The most that a call waits for wording that was never said; what is left is rendered before the next call."""


def call(
    turns: Annotated[
        list[str],
        typer.Argument(
            help="audio files, one a turn, each played when the line is done; keys:12 presses keys in between"
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="write both sides here: caller left, line right")] = None,
    dtmf: Annotated[
        list[str] | None, typer.Option(help="keys to press after the last recording; may be repeated")
    ] = None,
    caller: Annotated[str | None, typer.Option(help="the number the call comes from")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, named by its event")] = False,
) -> None:
    """Ring the line with recordings, in real time."""
    settings = configuration()
    try:
        utterances = [_utterance(turn) for turn in (*turns, *(f"keys:{keys}" for keys in dtmf or ()))]
        if out is not None:
            _try_to_write(out)
        asyncio.run(_ring(settings, utterances, out, caller, as_json=as_json))
    except (AgentError, IntentsError, VoicesError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_code(error)) from error
    except OSError as error:
        typer.echo(f"{error.filename or out}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _utterance(turn: str) -> Utterance:
    return read_keys(turn.removeprefix("keys:")) if turn.startswith("keys:") else read_recording(Path(turn))


def _try_to_write(out: Path) -> None:
    """Find out before the call whether it can be written, not after. Raises `OSError`."""
    there = out.exists()
    with out.open("ab"):
        pass
    if not there:
        out.unlink()


async def _ring(
    settings: Settings, turns: list[Utterance], out: Path | None, caller: str | None, *, as_json: bool
) -> None:
    show = _print_json if as_json else _print_text
    async with open_line(settings) as line:
        await line.rendering.within(_RENDERING_SECONDS, _show_rendering)
        direct = await line.start(channel="file", on_event=show, caller_phone=caller, keep_audio=out is not None)
        await RecordedCaller(direct, turns).run()
        await direct.over.wait()
    if out is not None:
        write_two_channels(out, direct.caller_track, direct.line_track)


def _show_rendering(done: int, of: int) -> None:
    """On standard error, where it is a person who waits."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\rRendering what the line says: {done} of {of}\x1b[K" + ("\r\x1b[K" if done == of else ""))
        sys.stderr.flush()


def _print_json(event: Event) -> None:
    sys.stdout.write(event.model_dump_json() + "\n")
    sys.stdout.flush()


def _print_text(event: Event) -> None:
    match event:
        case TranscriptEvent(kind="final"):
            typer.echo(f"caller  {event.text}  ({event.confidence:.2f})")
        case ReplyEvent():
            typer.echo(f"line    {event.text}")
        case DecisionEvent():
            typer.echo(f"        {event.decided}: {event.why}")
        case GapEvent():
            typer.echo(f"        gap {event.ms} ms")
        case _:
            return
