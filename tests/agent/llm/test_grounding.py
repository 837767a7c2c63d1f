"""What may be said about a passage, and what would be a new fact."""

from __future__ import annotations

import pytest

from agent.llm.grounding import grounded, ungrounded

TIP = (
    "The recycling centre on Quarry Road is open from 8am to 6pm on Monday to Friday. On Saturday and Sunday it is "
    "open from 9am to 5pm. It is closed on 25 December. Each extra bag is £5.50. Ring 01632 960 145 within two weeks."
)


@pytest.mark.parametrize(
    "said",
    [
        "It is open from 9am to 5pm on Sunday.",
        "Yes, it's open on Sundays.",
        "It is open on weekdays. It is closed on the 25th of December.",
        "An extra bag is £5.50.",
        "Please ring 01632 960145.",
        "You have 2 weeks.",
        "Go to the centre on Quarry Road.",
    ],
)
def test_facts_of_the_passage_may_be_said(said: str) -> None:
    assert ungrounded(said, TIP) == ()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("It is open until 7pm.", ("clock 7:00pm",)),
        ("It is closed on 26 December.", ("date 26 december",)),
        ("It is closed in January.", ("january",)),
        ("A bag is £5.", ("money 5",)),
        ("A bag is five pounds.", ("money 5",)),
        ("Ring 01632 960 146.", ("phone 01632960146",)),
        ("You have two days.", ("number 2 day",)),
        ("You have 3 weeks.", ("number 3 week",)),
        ("It is on Mill Lane.", ("lane", "mill")),
        ("Barnet has a centre.", ("barnet",)),
        ("See ashcombe.gov.example for more.", ("link ashcombe.gov.example",)),
        ("It costs 20% more.", ("number 20%",)),
    ],
)
def test_a_new_fact_is_found(said: str, wrong: tuple[str, ...]) -> None:
    assert ungrounded(said, TIP) == wrong


def test_a_right_time_on_the_wrong_day_is_found() -> None:
    assert not grounded("On Sunday it is open from 8am to 6pm.", TIP)


def test_months_that_are_words_as_well_count_only_with_a_day() -> None:
    assert grounded("You may march on.", "You can go.")
    assert not grounded("You may go on 3 May.", "You can go on 4 May.")
