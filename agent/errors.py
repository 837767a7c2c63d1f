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


class StoreUnavailableError(AgentError):
    """The database is locked, gone, full or unreachable. Nothing of the failed transaction was kept."""

    code = "store-unavailable"
    retryable = True


class NotOnRecordError(AgentError):
    """What was asked for is not in the store: no such case, release, handoff or account."""

    code = "not-on-record"


class TakenOverError(AgentError):
    """Another process has the call by now; what this one still wanted to keep of it is not kept."""

    code = "taken-over"


class HandoffTakenError(AgentError):
    """Another adviser was quicker, or the caller is no longer waiting."""

    code = "handoff-taken"


class ActionUnavailableError(AgentError):
    """The action server is slow, dead, failing, or answered with something that is not its protocol."""

    code = "action-unavailable"
    retryable = True


class ActionRejectedError(AgentError):
    """The action server understood the request and refused it; asking again changes nothing."""

    code = "action-rejected"


class MessageUnavailableError(AgentError):
    """The message service is slow, dead, or over its limit."""

    code = "message-unavailable"
    retryable = True


class MessageRejectedError(AgentError):
    """The message service refused this message: a wrong number, template or key."""

    code = "message-rejected"


class LlmServerError(AgentError):
    """The embedded language model could not be started; the message names its log file."""

    code = "llm-server"
    retryable = True


class LineBusyError(AgentError):
    """As many calls as can be served well are going on; this one goes to people."""

    code = "line-busy"
    retryable = True

    def __init__(self) -> None:
        super().__init__("all lines are busy just now; please try again in a few minutes")


class BadRecordingError(AgentError):
    """A recording of a caller cannot be used; the message says which file, and why."""

    code = "bad-recording"
