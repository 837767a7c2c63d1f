"""Given what the line says and when, how much of it a caller heard who broke in."""

from __future__ import annotations

import pytest

from telephony.script import SpokenScript


def _script() -> SpokenScript:
    script = SpokenScript()
    script.add("Your reference is. ", 0.0)
    script.add("A B one two. ", 2.0)
    return script


@pytest.mark.parametrize(
    ("seconds", "heard"),
    [
        (0.0, ""),
        (0.5, ""),
        (1.0, "Your"),
        (2.0, "Your reference is."),
        (3.0, "Your reference is. A B"),
        (4.0, "Your reference is. A B one two."),
    ],
)
def test_words_are_heard_one_after_the_other(seconds: float, heard: str) -> None:
    assert _script().heard(seconds, of=4.0) == heard


def test_of_speech_without_a_script_nothing_is_known() -> None:
    assert SpokenScript().heard(1.0, of=2.0) is None
