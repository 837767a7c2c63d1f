"""The cases that a language model is tried on, and whether it passes one of them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from ruamel.yaml import YAML

from agent.llm.answers import Candidate, Chosen, Extracted, Line, NoAnswer, Phrased, Summary
from agent.llm.settings import Task
from agent.llm.tasks import LanguageModel
from agent.settings import ROOT

CASES = ROOT / "bench" / "llm"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a case passed; if not, what came instead."""

    passed: bool
    got: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what is asked, in short, and how to try it."""

    name: str
    attempt: Callable[[LanguageModel], Awaitable[Verdict]]


def cases(task: Task, folder: Path = CASES) -> tuple[Case, ...]:
    """Every case of one task, from `<task>.yaml`."""
    document = YAML(typ="safe").load((folder / f"{task.value}.yaml").read_text(encoding="utf-8"))
    return tuple(_READERS[task](document))


def _choose(document: dict[str, Any]) -> Iterator[Case]:
    services = document["services"]
    offered = {name: Candidate(name, about["title"], tuple(about["examples"])) for name, about in services.items()}
    for case in document["cases"]:
        yield Case(case["said"], partial(_try_choose, case, [offered[name] for name in case["among"]]))


async def _try_choose(case: dict[str, Any], among: list[Candidate], model: LanguageModel) -> Verdict:
    answer = await model.choose(case["said"], among)
    return Verdict(answer == Chosen(case["means"]), _got(answer))


def _extract(document: dict[str, Any]) -> Iterator[Case]:
    for case in document["cases"]:
        yield Case(case["said"], partial(_try_extract, case, {slot: document["slots"][slot] for slot in case["wants"]}))


async def _try_extract(case: dict[str, Any], wanted: dict[str, str], model: LanguageModel) -> Verdict:
    """The right slots, and in each the expected words with at most three more around them."""
    answer = await model.extract(case["said"], wanted)
    if isinstance(answer, NoAnswer):
        return Verdict(False, _got(answer))
    expected: dict[str, str] = case["gives"]
    right = set(answer.values) == set(expected) and all(
        _has(answer.values[slot], words) and len(answer.values[slot].split()) <= len(words.split()) + 3
        for slot, words in expected.items()
    )
    return Verdict(right, _got(answer))


def _phrase(document: dict[str, Any]) -> Iterator[Case]:
    for case in document["cases"]:
        yield Case(case["question"], partial(_try_phrase, case))


async def _try_phrase(case: dict[str, Any], model: LanguageModel) -> Verdict:
    answer = await model.phrase(case["question"], case["passage"])
    return Verdict(answer.by_model and _says(answer.text, case), _got(answer))


def _summarise(document: dict[str, Any]) -> Iterator[Case]:
    for case in document["cases"]:
        lines = [_line(said) for said in case["call"]]
        yield Case(next(line.text for line in lines if line.speaker == "caller"), partial(_try_summarise, case, lines))


async def _try_summarise(case: dict[str, Any], lines: list[Line], model: LanguageModel) -> Verdict:
    answer = await model.summarise(lines)
    return Verdict(isinstance(answer, Summary) and _says(answer.text, case), _got(answer))


def _line(said: str) -> Line:
    speaker, _, text = said.partition(": ")
    return Line(cast(Literal["caller", "line"], speaker), text)


def _says(text: str, case: dict[str, Any]) -> bool:
    """One of each of the groups in `says`, and nothing of `not`."""
    return all(any(_has(text, words) for words in group) for group in case["says"]) and not any(
        _has(text, words) for words in case.get("not", ())
    )


def _has(text: str, words: str) -> bool:
    return " ".join(re.findall(r"[\w£%]+", words.casefold())) in " ".join(re.findall(r"[\w£%]+", text.casefold()))


def _got(answer: Chosen | Extracted | Phrased | Summary | NoAnswer) -> str:
    match answer:
        case NoAnswer(why):
            return why
        case Chosen(intent):
            return str(intent)
        case Extracted(values):
            return str(dict(values))
        case Phrased(text, by_model, why):
            return text if by_model else str(why)
        case Summary(text):
            return text


_READERS: dict[Task, Callable[[dict[str, Any]], Iterator[Case]]] = {
    Task.CHOOSE: _choose,
    Task.EXTRACT: _extract,
    Task.PHRASE: _phrase,
    Task.SUMMARISE: _summarise,
}
