"""How likely an answer is finished when the caller falls silent: "Q A one" is not, "yes" is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from intents.entities.numbers import DIGITS, REPEATS, TENS, UNITS
from intents.entities.phrases import Act, read_act
from intents.entities.spelled import spelled_runs
from intents.entities.tokens import listed, words

_HANGING = frozenset(
    listed(
        "um uh er erm and but or so because the a an to of in at on for with my your his her our their is was it's its "
        "that's i'm i i've i'd we the're number flat double treble near opposite outside behind by between like if "
        "when which where who what about from than then hmm well oh this these those dot underscore no. hang"
    )
)
"""Words nobody ends an answer with."""
_ENDINGS = frozenset({("think", "so"), ("hope", "so"), ("what", "for"), ("know", "of")})
"""Two words that end an answer although the last of them seldom does."""
_ASIDES = frozenset(listed("um uh er erm hmm mm please thanks thank you yes yeah no it's its it is my the"))
_BESIDE = frozenset(listed("outside near opposite behind beside by next corner number front between"))
_TIMES_OF_DAY = frozenset(listed("noon midday midnight morning afternoon evening night nights day lunchtime weekends"))
_STREET_ENDS = frozenset(
    listed("road street lane avenue close crescent drive way gardens grove terrace walk place court row hill rise "
           "park green view yard square mews approach wharf maltings kingsway queensway cottage house lodge")
)  # fmt: skip
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$")
_NEARLY_POSTCODE = re.compile(r"\d.*\b[a-z]{2}$", re.IGNORECASE)
_TRAILING = re.compile(r"(?:\.\.|\u2026|,|-)\s*$")
"""How the recogniser writes a voice that has not come down."""
_WHOLE = 0.88
"""An answer as complete as this is not made half of one by a comma: the recogniser writes "2," as well as "2."."""
_ENOUGH = frozenset(
    {Act.DONT_KNOW, Act.NOTHING_ELSE, Act.GOODBYE, Act.REPEAT, Act.SLOWER, Act.START_AGAIN, Act.GO_BACK, Act.THANKS}
)
_ASIDE = 6
"""Words at most of what is said to the line itself and nothing more."""
_NO = frozenset(listed("no nope nah"))
_THANKS = frozenset(listed("thanks thank you ta cheers really not no love"))


def completeness(text: str, entity: str | None) -> float:
    """The probability, 0 to 1, that `text` is a finished answer to a question for `entity` (`None`: free speech)."""
    said = words(text)[-60:]
    if not said:
        return 0.0
    if said[-1] in _HANGING and tuple(said[-2:]) not in _ENDINGS and not (entity in _LETTERED and len(said[-1]) == 1):
        return 0.3 if said[-1] in {"oh", "well", "that's"} and entity == "yes_no" else 0.02
    judge = _JUDGES.get(entity or "", _choice if entity and entity not in _FREE else _free)
    likely = judge(said, text)
    if declines(text, entity):
        likely = max(likely, 0.95)
    if tuple(said[-2:]) == ("i", "think") or (
        _TRAILING.search(text) and not (entity not in _LONG and likely >= _WHOLE)
    ):
        return min(likely, 0.15)
    if entity is not None and text.rstrip().endswith("?"):
        return min(likely, 0.6)
    return likely


def declines(text: str, entity: str | None) -> bool:
    """Whether the caller says no more than that there is no answer ("I don't know", "no thanks"), or talks to the line
    itself ("say that again", "that's all"): nothing is wanted after it."""
    said = words(text)
    if not 0 < len(said) <= _ASIDE:
        return False
    if entity is not None and entity != "yes_no" and said[0] in _NO and (len(said) > 1 or entity in _OPTIONAL):
        return all(word in _THANKS for word in said[1:])
    return read_act(text) in _ENOUGH


def _symbols(said: Sequence[str]) -> str:
    return "".join(run.symbols for run in spelled_runs(said))


def _postcode(said: Sequence[str], text: str) -> float:
    compact = re.sub(r"[^A-Z0-9]", "", text.upper())
    symbols = _symbols([word for word in said if word not in _ASIDES])
    if _POSTCODE.search(symbols) or _POSTCODE.search(compact):
        return 0.97
    if len(symbols) >= 6 and symbols[-2:].isalpha():
        return 0.75
    if len(symbols) >= 3 and _NEARLY_POSTCODE.search(text.rstrip(".?! ")):
        return 0.6
    if len(symbols) >= 2:
        return 0.05 if len(symbols) < 5 else 0.2
    return 0.6 if len(said) > 2 else 0.25


def _digits(said: Sequence[str]) -> str:
    return "".join(symbol for symbol in _symbols(said) if symbol.isdigit())


def _phone(said: Sequence[str], text: str) -> float:
    count = len(_digits(said))
    if said[-1] in REPEATS:
        return 0.01
    if count >= 11:
        return 0.97
    return 0.35 if count == 10 else 0.03 if count else 0.6


def _address(said: Sequence[str], text: str) -> float:
    if said[-1] in _STREET_ENDS or _POSTCODE.search(_symbols(said)):
        return 0.93
    if all(_numeric(word) or word in _ASIDES | {"flat", "number"} for word in said):
        return 0.15
    return 0.55 if len(said) >= 3 else 0.4


def _numeric(word: str) -> bool:
    return word[0].isdigit() or word in UNITS or word in TENS or word in DIGITS


def _yes_no(said: Sequence[str], text: str) -> float:
    if said[0] in {"no", "nope", "nah"}:
        return 0.8 if len(said) == 1 else 0.9 if len(said) > 2 else 0.85
    if said[0] in {"yes", "yeah", "yep", "yup", "correct", "aye"} or len(said) > 1:
        return 0.99 if len(said) < 4 else 0.93
    return 0.9


def _date(said: Sequence[str], text: str) -> float:
    last = said[-1]
    if last in {"last", "next", "this", "before", "after", "nineteen", "twenty"}:
        return 0.1
    if last in {"days", "weeks", "months", "years"}:
        # "Two weeks" wants an "ago".
        return 0.3
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", last) or last.endswith(("teenth", "tieth")):
        return 0.35
    if last in {"first", "second", "third", "fourth", "fifth"}:
        return 0.35
    return 0.88


def _time(said: Sequence[str], text: str) -> float:
    if said[-1] in {"half", "quarter", "past", "to", "at", "about", "around", "after", "before"}:
        return 0.15
    return 0.9 if any(_numeric(word) or word in _TIMES_OF_DAY for word in said) else 0.4


def _number(said: Sequence[str], text: str) -> float:
    last = said[-1]
    if last in {"hundred", "thousand"} or not any(_numeric(word) for word in said):
        return 0.6
    return 0.7 if last in TENS else 0.9


def _money(said: Sequence[str], text: str) -> float:
    return 0.75 if said[-1] in {"pounds", "pound"} else 0.9 if said[-1] in {"p", "pence"} else 0.7


def _email(said: Sequence[str], text: str) -> float:
    ended = re.search(r"(?:@|\bat\b).*(?:\.|\bdot\b)\s*(?:com|uk|net|org|co uk|gov|me|info)\W*$", text.lower()[-120:])
    if ended:
        return 0.6 if re.search(r"\bco\W*$", text.lower()) else 0.95
    return 0.05 if "at" in said or "@" in text else 0.04


def _person(said: Sequence[str], text: str) -> float:
    name = [word for word in said if word not in _ASIDES and word not in {"name", "name's", "i'm"}]
    if not name:
        return 0.1
    if len(name[-1]) == 1:
        return 0.4
    return 0.88 if len(name) >= 2 else 0.55


def _code(said: Sequence[str], text: str) -> float:
    count = len(_symbols(said))
    return 0.92 if count >= 6 else 0.3 if count == 5 else 0.06


def _location(said: Sequence[str], text: str) -> float:
    """A street by itself is half of where something is: most people go on with what it is near."""
    if any(word in _BESIDE for word in said[1:]) and said[-1] not in _BESIDE:
        return 0.9
    if said[-1] in _STREET_ENDS:
        return 0.65
    return 0.6 if len(said) >= 3 else 0.35


def _choice(said: Sequence[str], text: str) -> float:
    return 0.93 if len(said) <= 6 else 0.8


def _free(said: Sequence[str], text: str) -> float:
    if text.rstrip().endswith(("...", "\u2026", ",", "-")):
        return 0.15
    ended = text.rstrip().endswith((".", "?", "!"))
    return (0.8 if ended else 0.6) if len(said) >= 4 else (0.65 if ended else 0.5)


_JUDGES: dict[str, Callable[[Sequence[str], str], float]] = {
    "postcode": _postcode, "phone": _phone, "address": _address, "street": _location, "location": _location,
    "yes_no": _yes_no, "date": _date, "time": _time, "number": _number, "money": _money, "email": _email,
    "person": _person, "reference": _code, "registration": _code,
}  # fmt: skip
_FREE = frozenset({"text", "free", "request"})
_LONG = frozenset({None, *_FREE, "yes_no", "location", "street", "person"})
"""Answers that people add to: there a comma means more."""
_OPTIONAL = frozenset({"phone", "email", "reference", "registration"})
"""What not everybody has, so that "no" is an answer."""
_LETTERED = frozenset({"postcode", "reference", "registration", "person", "email"})
