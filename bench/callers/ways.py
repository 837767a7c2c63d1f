"""The ways in which callers say codes, numbers and addresses, made up from the sample council's gazetteer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from intents.entities.alphabet import NATO
from intents.gazetteer import Gazetteer
from intents.places import Address

_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_BY = {"B": "Bertie", "D": "David", "F": "Freddie", "M": "mother", "N": "Nellie", "P": "Peter", "S": "sugar",
       "T": "Tommy", "V": "Victor"}  # fmt: skip
_LEADS = ("", "", "", "it's ", "um, ", "yes, it's ", "that's ")
_UNITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Said:
    """One way of saying a value of a type."""

    type: str
    value: str
    text: str


def codes(gazetteer: Gazetteer, each: int = 60, seed: int = 3) -> Iterator[Said]:
    """Postcodes, telephone numbers, registrations and references, `each` of each."""
    random_ = random.Random(seed)
    made: dict[str, Callable[[], str]] = {
        "postcode": lambda: random_.choice(gazetteer.postcodes),
        "phone": lambda: _telephone(random_),
        "registration": lambda: _plate(random_),
        "reference": lambda: f"{_letters(random_, 2)}-{random_.randint(1000, 9999)}",
    }
    for type_, make in made.items():
        for _ in range(each):
            value = make()
            spoken = _grouped(value, random_) if type_ == "phone" else _spelled(value, random_)
            yield Said(type_, value.replace(" ", "") if type_ == "phone" else value, random_.choice(_LEADS) + spoken)


def addresses(gazetteer: Gazetteer, count: int = 300, seed: int = 5) -> Iterator[tuple[Address, str]]:
    """Addresses of the gazetteer with a way of saying each; houses with names and flats as often as others."""
    random_ = random.Random(seed)
    named = [address for address in gazetteer.addresses if address.name or address.flat]
    for at in range(count):
        address = random_.choice(named if at % 3 == 0 else gazetteer.addresses)
        yield address, random_.choice(_LEADS) + _placed(address, random_)


def _placed(address: Address, random_: random.Random) -> str:
    house = _house(address.number, random_)
    street = address.street.replace("St ", random_.choice(("St ", "Saint ")), 1)
    parts = [address.flat.replace("Flat", "flat"), address.name, f"{house} {street}".strip()]
    said = ", ".join(part for part in parts if part)
    way = random_.randrange(5)
    if way == 0:
        return f"{said}, {_spelled(address.postcode, random_)}"
    if way == 1 and address.number and not address.name and not address.flat:
        return f"I live at number {house} on {street}"
    if way == 2:
        return f"{said} please"
    return said


def _house(number: str, random_: random.Random) -> str:
    digits = number.rstrip("ABCDEFGH")
    if not digits or random_.random() < 0.4:
        return number
    return f"{_in_words(int(digits), random_)} {number[len(digits) :]}".strip()


def _in_words(number: int, random_: random.Random) -> str:
    if number >= 100:
        rest = number % 100
        if random_.random() < 0.5:
            tens = f"oh {_UNITS[rest]}" if 0 < rest < 10 else _in_words(rest, random_) if rest else "hundred"
            return f"{_UNITS[number // 100]} {tens}"
        return f"{_UNITS[number // 100]} hundred" + (f" and {_in_words(rest, random_)}" if rest else "")
    return _UNITS[number] if number < 20 else f"{_TENS[number // 10]} {_UNITS[number % 10]}".strip()


def _spelled(code: str, random_: random.Random) -> str:
    """A code symbol by symbol: plain letters, NATO's words, "B for Bertie", digits with "double"."""
    way = random_.randrange(4)
    said: list[str] = []
    for symbol in code.replace("-", " "):
        if symbol == " ":
            said.append(",") if way == 1 else None
        elif symbol.isdigit():
            said.append(_DIGITS[int(symbol)] if way else symbol)
        elif way == 2:
            said.append(NATO[symbol])
        else:
            said.append(f"{symbol} for {_BY[symbol]}" if way == 3 and symbol in _BY else symbol)
    return _doubled(said) if random_.random() < 0.5 else " ".join(said).replace(" ,", ",")


def _doubled(said: list[str]) -> str:
    out: list[str] = []
    for word in said:
        if out and out[-1] == word and word in _DIGITS:
            out[-1] = f"double {word}"
        else:
            out.append(word)
    return " ".join(out).replace(" ,", ",")


def _grouped(number: str, random_: random.Random) -> str:
    """A telephone number in its groups, digit by digit or in figures."""
    if random_.random() < 0.25:
        return number
    groups = [_doubled([_DIGITS[int(digit)] for digit in group]) for group in number.split()]
    return random_.choice((", ", " ")).join(groups)


def _telephone(random_: random.Random) -> str:
    """A number of the ranges that are kept for drama."""
    end = f"{random_.randint(0, 999):03d}"
    return random_.choice((f"07700 900 {end}", f"01632 960 {end}", f"020 7946 0{end}", f"0113 496 0{end}"))


def _plate(random_: random.Random) -> str:
    return f"{_letters(random_, 2)}{random_.randint(0, 7)}{random_.randint(1, 9)} {_letters(random_, 3)}"


def _letters(random_: random.Random, count: int) -> str:
    return "".join(random_.choice("ABCDEFGHJKLMNOPRSTUVWXY") for _ in range(count))
