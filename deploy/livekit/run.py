"""`make run-livekit`: the line on one machine with a real livekit-server, all of it on loopback.

Starts livekit-server, Redis and livekit-sip where they are installed, then the worker, the watch and the web; ends them
all when one ends or on Ctrl-C.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from deploy.livekit.build import build

ROOT = Path(__file__).resolve().parent.parent.parent
TOWNLINE = ROOT / ".venv" / "bin" / "townline"
REDIS = "127.0.0.1:6399"
# The worker needs as long as its longest call to end by itself; on Ctrl-C nobody waits for that.
_GRACE_SECONDS = 10

SIP_CONFIG = """\
api_key: {key}
api_secret: {secret}
ws_url: ws://127.0.0.1:7880
redis: {{address: {redis}}}
sip_port: 5060
listen_ip: 127.0.0.1
nat_1_to_1_ip: 127.0.0.1
rtp_port: 10000-10200
use_external_ip: false
max_cpu_utilization: 1.0
"""


def main() -> int:
    """Run until something ends. Returns the exit code."""
    key = os.environ.setdefault("TOWNLINE_LIVEKIT_KEY", "townline")
    secret = os.environ.setdefault("TOWNLINE_LIVEKIT_SECRET", secrets.token_hex(24))
    os.environ["LIVEKIT_KEYS"] = f"{key}: {secret}"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="townline-livekit-") as folder:
        try:
            for name, command in _commands(Path(folder), key, secret).items():
                processes[name] = _started(name, command)
                time.sleep(1)
            while all(process.poll() is None for process in processes.values()):
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("==> ending", flush=True)
        finally:
            failed = [name for name, process in processes.items() if process.poll() not in (None, 0)]
            _end(list(processes.values()))
    for name in failed:
        print(f"==> {name} ended with {processes[name].returncode}", file=sys.stderr)
    return 1 if failed else 0


def _commands(folder: Path, key: str, secret: str) -> dict[str, list[str]]:
    config = (ROOT / "deploy/livekit/livekit.yaml").read_text()
    config += "webhook:\n  api_key: " + key + "\n  urls: [http://127.0.0.1:8090/livekit/webhook]\n"
    commands: dict[str, list[str]] = {}
    if shutil.which("redis-server"):
        host, port = REDIS.split(":")
        commands["redis"] = ["redis-server", "--bind", host, "--port", port, "--save", "", "--dir", str(folder)]
        config += f"redis:\n  address: {REDIS}\n"
    (folder / "livekit.yaml").write_text(config)
    commands["livekit"] = [str(build()), "--config", str(folder / "livekit.yaml")]
    if "redis" in commands and shutil.which("livekit-sip"):
        (folder / "sip.yaml").write_text(SIP_CONFIG.format(key=key, secret=secret, redis=REDIS))
        commands["sip"] = ["livekit-sip", "--config", str(folder / "sip.yaml")]
    else:
        missing = " and ".join(name for name in ("redis-server", "livekit-sip") if shutil.which(name) is None)
        print(f"==> without {missing}: calls from browsers and tests, none from telephones", flush=True)
    commands["watch"] = [str(TOWNLINE), "watch"]
    commands["worker"] = [str(TOWNLINE), "worker"]
    commands["web"] = [str(TOWNLINE), "serve"]
    return commands


def _started(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    print(f"==> {name}", flush=True)
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    threading.Thread(target=_show, args=(name, process), daemon=True).start()
    return process


def _show(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        print(f"{name:8} {line.decode(errors='replace').rstrip()}", flush=True)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in reversed(processes):
        process.terminate()
    until = time.monotonic() + _GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
