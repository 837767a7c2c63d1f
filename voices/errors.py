"""The errors of the `voices` package."""

from __future__ import annotations


class VoicesError(Exception):
    """Hearing or speaking failed. `code` is stable; `retryable` says whether the same call may succeed later."""

    code = "voices"
    retryable = False


class ModelMissingError(VoicesError):
    """A speech model is not in the cache; the message names the command that fetches it."""

    code = "model-missing"


class ModelBrokenError(VoicesError):
    """A model file is not what it should be."""

    code = "model-broken"


class BusyError(VoicesError):
    """The queue in front of the models is full."""

    code = "busy"
    retryable = True


class LateError(BusyError):
    """The work waited longer than its caller was willing to."""

    code = "late"


class ProtocolError(VoicesError):
    """The other side sent something that is not Wyoming, or more than is allowed."""

    code = "protocol"


class ServerUnavailableError(VoicesError):
    """The speech server cannot be reached, or went away in the middle; it is being started again."""

    code = "server-unavailable"
    retryable = True


class ServerStartError(VoicesError):
    """The speech server cannot be started; the message is one line for whoever starts it."""

    code = "server-start"


class LexiconError(VoicesError):
    """A lexicon file has mistakes; the message holds all of them, one `file:line: …` a line."""

    code = "lexicon"
