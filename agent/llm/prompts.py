"""What the language model is asked. What never changes comes first, so that a server keeps it in its cache."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from openai.types.chat import ChatCompletionMessageParam

from agent.llm.answers import Candidate, Line

LETTERS = "ABCDEF"
NONE = "N"

CHOOSE = (
    "You route calls to a British council. Read what the caller said and pick the one request that they mean. "
    f"Reply with its letter only. Reply {NONE} if none of them is meant."
)
EXTRACT = (
    "You copy words out of what a caller said to a council. Reply with JSON that has the given keys. "
    "Each value is copied word for word from the caller's sentence. Use an empty string for what was not said."
)
PHRASE = (
    "You answer a caller to a council on the phone. Use only the text you are given and copy its numbers, days, names "
    "and places exactly. One or two short plain sentences. Add nothing. No lists."
)
SUMMARISE = (
    "You write a note for a council adviser who is about to take over a phone call. In two or three short sentences "
    "say what the caller wants, what they told the line, and what is still open. Use only what was said."
)

Messages = list[ChatCompletionMessageParam]


def choose(utterance: str, candidates: Sequence[Candidate]) -> Messages:
    """Candidates are lettered A to F; the answer is one letter."""
    offered = "\n".join(_offered(letter, candidate) for letter, candidate in zip(LETTERS, candidates, strict=False))
    return _messages(CHOOSE, f"Requests:\n{offered}\n{NONE}. None of these\n\nThe caller said: {utterance}\nLetter:")


def _offered(letter: str, candidate: Candidate) -> str:
    examples = "; ".join(candidate.examples[:3])
    return f"{letter}. {candidate.title}" + (f" (for example: {examples})" if examples else "")


def extract(utterance: str, wanted: Mapping[str, str]) -> Messages:
    """`wanted`: slot → what it is, in plain words."""
    keys = "\n".join(f"{slot}: {what}" for slot, what in wanted.items())
    return _messages(EXTRACT, f"Keys:\n{keys}\n\nThe caller said: {json.dumps(utterance, ensure_ascii=False)}")


def extract_schema(wanted: Mapping[str, str]) -> dict[str, object]:
    """The JSON schema of the reply: every slot, as text."""
    properties = {slot: {"type": "string"} for slot in wanted}
    return {"type": "object", "properties": properties, "required": list(wanted), "additionalProperties": False}


def phrase(question: str, passage: str) -> Messages:
    """The passage is the council's published text."""
    return _messages(PHRASE, f"Text:\n{passage}\n\nThe caller asked: {question}\nAnswer:")


def summarise(lines: Sequence[Line]) -> Messages:
    """The whole call, in order."""
    said = "\n".join(f"{'Caller' if line.speaker == 'caller' else 'Line'}: {line.text}" for line in lines)
    return _messages(SUMMARISE, f"The call:\n{said}\n\nNote:")


def _messages(system: str, user: str) -> Messages:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
