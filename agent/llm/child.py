"""llama-cpp-python's server as a child process. It ends when its standard input closes: with its parent, however."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serve one GGUF file on a socket that the parent opened, with the key in `TOWNLINE_CHILD_KEY`."""
    options = argparse.ArgumentParser()
    options.add_argument("--model", required=True)
    options.add_argument("--socket", type=int, required=True)
    options.add_argument("--threads", type=int, required=True)
    options.add_argument("--context", type=int, required=True)
    given = options.parse_args()
    threading.Thread(target=_end_with_parent, daemon=True).start()

    import uvicorn
    from llama_cpp.server.app import create_app
    from llama_cpp.server.settings import ModelSettings, ServerSettings

    app = create_app(
        # One caller's question must not cut off another's, which is this server's default.
        server_settings=ServerSettings(interrupt_requests=False, api_key=os.environ["TOWNLINE_CHILD_KEY"]),
        model_settings=[
            ModelSettings(
                model=given.model,
                n_ctx=given.context,
                n_threads=given.threads,
                n_threads_batch=given.threads,
                verbose=False,
            )
        ],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[socket.socket(fileno=given.socket)])


if __name__ == "__main__":
    main()
