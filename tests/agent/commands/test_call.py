"""`townline call` and `townline serve` with input that is bad in every way: told in a line, and nothing is started."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from agent.caller import read_keys, read_recording
from agent.cli import app
from agent.errors import BadRecordingError, LineBusyError
from desk.__main__ import main as serve
from telephony.direct import CALLER_RATE
from telephony.recording import Channel, write_two_channels

RATE = 48_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A second of a tone, as a studio would record it."""
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.stack([tone, tone], axis=1), RATE, subtype="PCM_24")
    return path


@pytest.fixture
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is not opened, or the test fails."""

    def open_line(*_: object, **__: object) -> None:
        pytest.fail("the line was opened")

    monkeypatch.setattr("agent.commands.call.open_line", open_line)


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["call", *map(str, arguments)])


def told(result: Result) -> str:
    """The one line on stderr of a command that ended with 1."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def text(path: Path) -> None:
    path.write_text("this is not a recording\n" * 100)


def header_only(path: Path) -> None:
    soundfile.write(path, np.zeros((0, 1)), RATE)


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def too_long(path: Path) -> None:
    soundfile.write(path, np.zeros(16 * 60 * 8000, dtype=np.int16), 8000, subtype="ULAW")


@pytest.mark.usefixtures("nothing_starts")
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "no such file"),
        (Path.touch, "cannot be read as audio"),
        (text, "cannot be read as audio"),
        (header_only, "holds no audio"),
        (folder, "no such file"),
        (pipe, "no such file"),
        (too_long, "longer than 15 minutes"),
    ],
)
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, make: Callable[[Path], None], why: str) -> None:
    path = tmp_path / "caller.wav"
    make(path)
    line = told(call(path))
    assert str(path) in line
    assert why in line


@pytest.mark.usefixtures("nothing_starts")
def test_samples_without_a_header_are_no_recording(tmp_path: Path) -> None:
    (tmp_path / "caller.raw").write_bytes(bytes(16_000))
    assert "cannot be read as audio" in told(call(tmp_path / "caller.raw"))


@pytest.mark.usefixtures("nothing_starts")
def test_the_second_file_is_looked_at_before_the_first_is_played(recording: Path, tmp_path: Path) -> None:
    assert "missing.wav" in told(call(recording, tmp_path / "missing.wav"))


def test_a_studio_recording_is_heard_as_a_telephone_would(recording: Path) -> None:
    heard = read_recording(recording).pcm
    assert heard.dtype == np.int16
    assert len(heard) == CALLER_RATE
    assert 0.15 < np.sqrt((heard.astype(float) ** 2).mean()) / 32768 < 0.25


def test_ten_minutes_are_read_as_a_whole(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", np.zeros(600 * 8000, dtype=np.int16), 8000, subtype="ULAW")
    assert len(read_recording(tmp_path / "long.wav").pcm) == 600 * CALLER_RATE


def test_samples_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "odd.wav", np.array([np.nan, np.inf, -np.inf, 0.5] * 100), 16_000, subtype="FLOAT")
    assert set(read_recording(tmp_path / "odd.wav").pcm.tolist()) == {0, 16383}


@pytest.mark.usefixtures("nothing_starts")
@pytest.mark.parametrize("keys", ["", "12a", "+44"])
def test_keys_that_no_phone_has_are_named(recording: Path, keys: str) -> None:
    assert "0 to 9" in told(call(recording, "--dtmf", keys))
    assert "0 to 9" in told(call(recording, f"keys:{keys}"))


def test_keys_that_a_phone_has_are_pressed_in_order() -> None:
    assert read_keys("*1#").keys == "*1#"
    with pytest.raises(BadRecordingError):
        read_keys("１")


@pytest.mark.usefixtures("nothing_starts")
def test_a_reply_that_cannot_be_written_is_told_before_the_call(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for out in (tmp_path / "folder", tmp_path / "gone" / "reply.wav", recording / "reply.wav"):
        assert str(out) in told(call(recording, "--out", out))


def test_a_call_that_is_not_taken_leaves_files_as_they_were(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise LineBusyError

    monkeypatch.setattr("agent.commands.call.open_line", busy)
    before = recording.read_bytes()
    assert "busy" in told(call(recording, "--out", recording))
    assert recording.read_bytes() == before
    assert "busy" in told(call(recording, "--out", tmp_path / "reply.wav"))
    assert not (tmp_path / "reply.wav").exists()


def test_a_disk_that_fills_up_while_the_reply_is_written_is_an_os_error() -> None:
    side = Channel(CALLER_RATE, [(0.0, np.ones(CALLER_RATE, dtype=np.int16))])
    with pytest.raises(OSError, match="No space left"):
        write_two_channels(Path("/dev/full"), side, side)


CONFIG = """\
council:
  name: Testham
  website: testham.gov.example
  postcode_areas: []
agent: {{data_dir: {data}, action_seconds: soon}}
intents: {{services: {services}}}
hors: {{}}
"""


@pytest.fixture
def broken_config(council: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(data=tmp_path / "var", services=council / "services"))
    monkeypatch.setenv("TOWNLINE_CONFIG", str(config))
    return tmp_path


@pytest.fixture
def broken_services(council: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council that has published a release before, and then broken two of its files."""
    services = tmp_path / "services"
    services.mkdir()
    good = (council / "services" / "missed_bin.yaml").read_text()
    (services / "missed_bin.yaml").write_text(
        good.replace("lgsl: 524", "lgsl: many").replace("kind: complete", "kind: x")
    )
    (services / "noise.yaml").write_text("service: [\n")
    config = (council / "config.yaml").read_text()
    config = config.replace(str(council / "services"), str(services)).replace(
        str(council / "var"), str(tmp_path / "var")
    )
    (tmp_path / "config.yaml").write_text(config)
    monkeypatch.setenv("TOWNLINE_CONFIG", str(tmp_path / "config.yaml"))
    return tmp_path


def test_every_fault_of_a_configuration_is_told_at_once(broken_config: Path, recording: Path) -> None:
    result = call(recording)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0:2] for line in lines] == [
        ["config.yaml:1", "council.telephone"],
        ["config.yaml:4", "council.postcode_areas"],
        ["config.yaml:5", "agent.action_seconds"],
        ["config.yaml:7", "hors"],
    ]
    assert not (broken_config / "var").exists()


def test_every_fault_of_the_services_is_told_at_once(broken_services: Path, recording: Path) -> None:
    result = call(recording)
    assert result.exit_code == 2, result.output
    assert [line.split(" ")[0] for line in result.stderr.splitlines()] == [
        "missed_bin.yaml:5:",
        "missed_bin.yaml:6:",
        "noise.yaml:2:",
    ]
    assert not (broken_services / "var").exists()


@pytest.mark.parametrize("broken", ["broken_config", "broken_services"])
def test_serving_with_broken_files_does_not_start(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    folder: Path = request.getfixturevalue(broken)
    with pytest.raises(SystemExit) as ended:
        serve()
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) >= 3
    assert not (folder / "var").exists()


def test_a_configuration_that_is_not_there_is_told(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_CONFIG", "/nowhere/config.yaml")
    result = call(recording)
    assert result.exit_code == 2
    assert "config.yaml:1: cannot be read" in result.stderr


def test_missing_models_are_told_with_the_command_that_fetches_them(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWNLINE_CACHE", str(tmp_path / "cache"))
    assert "townline models fetch whisper-tiny-en piper-joe minilm" in told(call(recording))


def test_a_data_folder_that_cannot_be_made_is_told(
    council: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = recording.parent / "config.yaml"
    config.write_text((council / "config.yaml").read_text().replace(str(council / "var"), str(recording / "var")))
    monkeypatch.setenv("TOWNLINE_CONFIG", str(config))
    assert str(recording) in told(call(recording))
