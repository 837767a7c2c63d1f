"""The errors of the `agent` package."""

from __future__ import annotations


class AgentError(Exception):
    """Something in a call, or in what a call needs, went wrong.

    `code` is stable and may be matched on; `retryable` says whether the same thing may succeed later.
    """

    code = "agent"
    retryable = False


class ConfigError(AgentError):
    """A configuration file is broken; `problems` holds every one of its faults as `file:line: key: …`."""

    code = "config"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ModelMissingError(AgentError):
    """A model is not in the cache; the message names the command that fetches it."""

    code = "model-missing"


class ModelBrokenError(AgentError):
    """A model file is not what `models.yaml` says it is; the message names the file."""

    code = "model-broken"


class ModelUnavailableError(AgentError):
    """A model could not be fetched: no network, a full disk, or no such package."""

    code = "model-unavailable"
    retryable = True
