from __future__ import annotations

import pytest

from intents.entities.yes_no import read_yes_no

YES = """yes|yeah|yep|Yeah, go on then.|that's right|correct|aye|I think so|um yes please|Yeah that's it|of course|sure|
okay|uh huh|that'll be lovely thanks|it is|I do|well yes I suppose so|absolutely|spot on|
yes but it's number 40|go ahead|no problem|why not|that's the one|yes it is|please do|definitely|I guess so|
mm hmm|right|that would be great"""
NO = """no|nope|nah|not really|no that's wrong|no, number fourteen|no it's fourteen|I don't think so|That's not right.|
no I said forty|it isn't|not at all|no thank you|I do not|no no that's not mine|wrong|it's not|incorrect|never|
not that one|I'm not|know|definitely not|no thanks|it doesn't|yeah no"""


@pytest.mark.parametrize("said", [entry.strip() for entry in YES.split("|")])
def test_all_the_ways_to_say_yes(said: str) -> None:
    (value,) = read_yes_no(said, expected=True)
    assert value.value == "yes"


@pytest.mark.parametrize("said", [entry.strip() for entry in NO.split("|")])
def test_all_the_ways_to_say_no(said: str) -> None:
    (value,) = read_yes_no(said, expected=True)
    assert value.value == "no"


@pytest.mark.parametrize("said", ["", "I don't know", "the blue one", "my bin was missed", "QA1 4TB", "maybe"])
def test_neither_yes_nor_no(said: str) -> None:
    assert read_yes_no(said, expected=True) == ()


def test_a_plain_answer_is_surer_than_a_hedged_or_a_contradictory_one() -> None:
    plain, hedged, torn = (
        read_yes_no(said, expected=True)[0] for said in ("yes", "I suppose so", "yes it's all wrong")
    )
    assert plain.probability > hedged.probability > 0.8
    assert plain.probability > torn.probability


def test_what_follows_a_no_is_outside_its_span() -> None:
    said = "no, number fourteen"
    (value,) = read_yes_no(said, expected=True)
    assert said[value.span[1] :].strip(" ,") == "number fourteen"


def test_a_yes_that_opens_a_story_counts_less_when_nobody_asked() -> None:
    (value,) = read_yes_no("yes my bin was missed", expected=False)
    assert value.probability < 0.85
