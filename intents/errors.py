"""The errors of the `intents` package."""

from __future__ import annotations


class IntentsError(Exception):
    """Something about services, understanding or safety went wrong.

    `code` is stable and may be matched on; `retryable` says whether the same call may succeed later.
    """

    code = "intents"
    retryable = False


class ServiceFileError(IntentsError):
    """One or more service files are broken; `problems` holds every one of them."""

    code = "service-file"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ModelMissingError(IntentsError):
    """A model file that understanding needs is not in the cache; the message names the command that fetches it."""

    code = "model-missing"
