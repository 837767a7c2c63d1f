"""Keys gathered into answers, and answers taken one after the other."""

from __future__ import annotations

import asyncio

import pytest

from telephony.keypad import LONGEST, MOST_WAITING, AnswerQueue, KeyCollector


@pytest.fixture
def answers() -> list[str]:
    return []


async def test_a_single_key_is_a_whole_answer_where_one_is_enough(answers: list[str]) -> None:
    KeyCollector(answers.append).press("2", single=True)
    assert answers == ["2"]


async def test_hash_ends_a_number(answers: list[str]) -> None:
    collector = KeyCollector(answers.append)
    for key in "0305#":
        collector.press(key, single=False)
    assert answers == ["0305"]


@pytest.mark.parametrize("single", [True, False])
async def test_star_is_never_waited_for(answers: list[str], single: bool) -> None:
    KeyCollector(answers.append).press("*", single=single)
    assert answers == ["*"]


async def test_the_letter_keys_of_a_military_telephone_are_nothing(answers: list[str]) -> None:
    KeyCollector(answers.append).press("a", single=True)
    assert answers == []


async def test_a_flood_within_one_answer_is_cut_off(answers: list[str]) -> None:
    collector = KeyCollector(answers.append)
    for key in "1" * 500 + "#":
        collector.press(key, single=False)
    assert answers == ["1" * LONGEST]


async def test_a_flood_of_answers_is_thinned_out() -> None:
    queue = AnswerQueue()
    for number in range(200):
        queue.put(str(number % 9 + 1))
    assert [await queue.next() for _ in range(MOST_WAITING)] == ["1", "2", "3"]
    assert queue.dropped == 200 - MOST_WAITING


@pytest.mark.parametrize("key", ["0", "*"])
async def test_a_wish_for_a_person_goes_before_everything_that_waits(key: str) -> None:
    queue = AnswerQueue()
    for _ in range(200):
        queue.put("5")
    queue.put(key)
    assert await queue.next() == key


async def test_an_answer_that_comes_later_is_waited_for() -> None:
    queue = AnswerQueue()
    waiting = asyncio.create_task(queue.next())
    await asyncio.sleep(0)
    queue.put("7")
    assert await waiting == "7"
