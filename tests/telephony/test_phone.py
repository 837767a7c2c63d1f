"""A whole telephone call: baresip rings a trunk of livekit-sip, and hears the line."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bench.telephone.installation import configured, worker
from telephony.livekit_settings import LiveKitSettings, SipSettings
from telephony.recording import voiced_blocks
from telephony.sip import Passwords, apply, differences, present, wanted
from tests.telephony.livekit import KEY, SECRET, LiveKit, free_port, livekit_server, redis_server

_MISSING = [name for name in ("livekit-sip", "baresip", "redis-server") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.timeout(500),
    pytest.mark.skipif(bool(_MISSING), reason=f"a whole telephone call needs {', '.join(_MISSING)} on the PATH"),
]

SIP = SipSettings(numbers=("+441632960100",), addresses=("127.0.0.1",))


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[tuple[LiveKit, int]]:
    """livekit-server with livekit-sip in front of it, and the port that it takes calls on."""
    port = free_port()
    with redis_server(tmp_path) as (redis, _), livekit_server(tmp_path, redis=redis) as server:
        config = tmp_path / "sip.yaml"
        config.write_text(
            f"api_key: {KEY}\napi_secret: {SECRET}\nws_url: {server.url}\nredis: {{address: '{redis}'}}\n"
            f"sip_port: {port}\nlisten_ip: 127.0.0.1\nnat_1_to_1_ip: 127.0.0.1\nrtp_port: 20000-20100\n"
            "max_cpu_utilization: 1.0\n"
        )
        process = subprocess.Popen(["livekit-sip", "--config", str(config)])
        try:
            yield server, port
        finally:
            process.kill()
            process.wait()


async def test_a_telephone_rings_and_hears_the_greeting(exchange: tuple[LiveKit, int], tmp_path: Path) -> None:
    server, port = exchange
    want = wanted(LiveKitSettings(url=server.url), SIP, Passwords(), longest_minutes=5)
    async with server.api() as lkapi:
        await apply(lkapi, want, differences(want, await present(lkapi)))
    with worker(configured(tmp_path, server, sip=SIP.model_dump(mode="json"))):
        heard = _ring(tmp_path / "phone", f"sip:+441632960100@127.0.0.1:{port}")
    assert voiced_blocks(heard, 8000).sum() > 200


def _ring(folder: Path, uri: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Ring for 12 seconds with baresip; what was heard, int16 mono, 8 kHz."""
    folder.mkdir()
    soundfile.write(folder / "silence.wav", np.zeros(8000 * 15, dtype=np.int16), 8000)
    (folder / "accounts").write_text("<sip:07700900123@127.0.0.1>;regint=0;audio_codecs=PCMU/8000/1\n")
    (folder / "config").write_text(
        f"sip_listen 127.0.0.1:{free_port()}\naudio_source aufile,{folder}/silence.wav\naudio_player aufile,{folder}/\n"
        f"module_path {_modules()}\nmodule aufile.so\nmodule g711.so\nmodule sndfile.so\n"
        "module_app account.so\nmodule_app menu.so\n"
        f"snd_path {folder}\nrtp_ports 21000-21100\n"
    )
    subprocess.run(["baresip", "-f", str(folder), "-e", f"/dial {uri}", "-t", "12"], check=False, timeout=60)
    time.sleep(0.5)
    recorded = sorted(folder.glob("dump-*-dec.wav"))
    samples, _ = soundfile.read(recorded[-1], dtype="int16")
    return np.asarray(samples, dtype=np.int16)


def _modules() -> Path:
    return next(Path("/usr/lib").glob("**/baresip/modules"))
