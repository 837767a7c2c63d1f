"""Yes and no, in all the ways that people say them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intents.entities.tokens import LONGEST, fold
from intents.understanding import Value

_TABLE: tuple[tuple[str, str, float], ...] = (
    (r"i (?:don't|do not|dunno|wouldn't) know|not sure|no idea|no clue|dunno|who knows|know what", "", 0.0),
    (r"yes (?:and|or) no|maybe|perhaps|possibly|depends", "", 0.0),
    (r"no(?:pe|h)? that(?:'s| is| was)? (?:all )?(?:right|correct|fine|it|good|great|perfect|ok|okay)", "yes", 0.72),
    (r"no (?:problem|worries|bother|trouble)(?: at all)?", "yes", 0.8),
    (r"(?:yeah|yes|yep) (?:no|nah)(?! (?:that|it) (?:is|was|'s))", "no", 0.75),
    (r"(?:no|nah) (?:yeah|yes|yep)", "yes", 0.75),
    (r"why not|i don't see why not|wouldn't say no|not a problem|couldn't be better|not wrong", "yes", 0.9),
    (r"i (?:don't|do not) mind(?: if i do)?", "yes", 0.75),
    (r"(?:that(?:'s| is|s)|it(?:'s| is|s)|you(?:'re| are|'ve)|this is) (?:all |quite |completely |got (?:it|that) )?"
     r"(?:wrong|incorrect|not (?:it|right|correct|quite right|the one|true|me|mine|my \w+|quite))", "no", 0.97),
    (r"not (?:right|correct|quite|really|exactly|at all|at the moment|today|now|yet|that one|it|me|likely|true|"
     r"particularly|as such|for me|that i know(?: of)?|that i'm aware(?: of)?|any more|anymore|just yet)", "no", 0.95),
    (r"(?:definitely|certainly|absolutely|of course|'course|probably|i think|i hope|i'm afraid|better|rather|"
     r"preferably|please) not", "no", 0.97),
    (r"i (?:don't|do not) (?:think|believe|suppose|reckon) so|i (?:don't|do not)(?: want(?: to)?| need(?: to)?| agree)?",
     "no", 0.93),
    (r"(?:it|that|he|she|this) (?:isn't|is not|wasn't|doesn't|hasn't|won't|didn't|does not|ain't)|there (?:isn't|aren't|"
     r"is not|wasn't)|i(?:'m| am) not(?: sure i do)?|i (?:haven't|can't|didn't|won't|wouldn't|have not)|"
     r"we (?:don't|aren't|haven't|didn't|can't)|they (?:don't|aren't|haven't|didn't|weren't|won't)|you (?:haven't|didn't)",
     "no", 0.9),
    (r"no way|no chance|no thank(?:s| you)|no ta|no fear|no no(?: no)*|hell no|god no|oh no|don't bother|leave it|"
     r"forget it|cancel(?: that| it)?", "no", 0.97),
    (r"no|nope|nah|naw|na|nay|noo+|negative|incorrect|wrong|false|never|neither|nae|non", "no", 0.97),
    (r"(?:yes|yeah|yep|aye) (?:please|it is|it does|i do|i am|i have|we do|we are|they are|that's (?:right|it|correct|"
     r"fine|the one|me)|go on(?: then)?|of course|thank you|thanks|sure|definitely|do)(?! not|n't)", "yes", 0.99),
    (r"(?:that(?:'s| is|s)|it(?:'s| is|s)|you(?:'re| are|'ve got it)|you got it|got it) ?(?:all |quite |absolutely |"
     r"exactly |completely |just |perfectly )?(?:right|correct|it|the one|true|fine|ok|okay|good|great|perfect|lovely|"
     r"spot on|bang on|me|mine|brilliant|grand|alright|all right|accurate|that)|got it|you got it", "yes", 0.93),
    (r"go on(?: then)?|go for it|go ahead|please do|if you (?:could|would|can|don't mind|like)|that(?:'d| would|'ll|"
     r" will) (?:be |do )?(?:great|lovely|fine|good|nice|brilliant|perfect|helpful|do|it)?|sounds (?:good|right|fine|"
     r"great|about right|lovely|okay|ok)|do it|do that|send it|let's do (?:it|that)|works for me|suits me", "yes", 0.93),
    (r"(?:i|we) (?:think|believe|guess|suppose|hope|reckon|imagine) so|probably|i (?:guess|suppose)|more or less|"
     r"pretty much|kind of|sort of|near enough|as far as i know|i would think so|should be", "yes", 0.86),
    (r"(?:yes|yeah|yep) yes|yes|yeah|yep|yup|yea|yah|yeh|ya|ye|yer|yess+|yeas|aye|aye aye|mm+ ?hmm*|mhm+|uh huh|ah ha",
     "yes", 0.98),
    (r"correct|absolutely|definitely|of course|'course|certainly|indeed|exactly|sure(?: thing)?|affirmative|spot on|"
     r"bang on|true|perfect|precisely|totally|too right|by all means|very much so|for sure|no doubt|obviously|"
     r"naturally|rather|with pleasure|gladly|alright then|okay then|ok then|champion|grand|smashing", "yes", 0.95),
    (r"(?:i (?:do|am|have|would|did|will|can|could)(?! not)|we (?:do|are|have|would|did|will)(?! not)|it (?:is|does|was|has)"
     r"(?! not)|they (?:are|do|did|have)(?! not)|there (?:is|are|was)(?! not|n't)|he (?:is|does)|she (?:is|does))(?= *$| thank| ta\\b| and | but )",
     "yes", 0.86),
    (r"okay|ok|alright|all right|right|fine|lovely|great|good|brilliant|cool|please|wonderful|super|very good|cheers",
     "yes", 0.82),
)  # fmt: skip
_MISHEARD = {
    "know": ("no", 0.7), "now": ("no", 0.6), "nor": ("no", 0.6), "not": ("no", 0.7), "oh": ("no", 0.35),
    "knows": ("no", 0.5), "none": ("no", 0.6), "yet": ("yes", 0.6), "us": ("yes", 0.3), "guess": ("yes", 0.55),
    "yours": ("yes", 0.4), "nurse": ("yes", 0.2), "ness": ("yes", 0.3), "i": ("yes", 0.35), "eye": ("yes", 0.5),
    "corrects": ("yes", 0.8), "direct": ("yes", 0.5), "collect": ("yes", 0.5), "yesterday": ("yes", 0.2),
}  # fmt: skip
_FILLER = r"(?:um|uh|er|erm|oh|ah|well|so|hmm|hm|mm|sorry|like|actually|and|but|look|hi|hello)"
_MATCHERS = tuple((re.compile(rf"(?:{pattern})(?![a-z'])"), answer, sure) for pattern, answer, sure in _TABLE)
_LEADING = re.compile(rf"(?:{_FILLER} )+")


@dataclass(frozen=True, slots=True)
class _Said:
    answer: str
    sure: float
    start: int
    end: int


def read_yes_no(text: str, *, expected: bool) -> tuple[Value, ...]:
    """At most one value, `yes` or `no`, whose span ends where the answer does: the rest may hold a correction."""
    plain = re.sub(r"[^a-z'0-9]", " ", fold(text[:LONGEST]))
    said = _scan(plain)
    if not said:
        return _misheard(plain) if expected else ()
    first = said[0]
    opens = _opens(plain, first.start)
    if not expected and not (opens and first.sure >= 0.9):
        return ()
    sure = first.sure if opens else 0.75 * first.sure
    for later in said[1:]:
        sure = _add(sure, later.sure if later.answer == first.answer else 1 - 0.95 * later.sure)
    sure = min(sure, 0.99) * (1.0 if expected else 0.8)
    return (_value(first.answer if sure >= 0.5 else _other(first.answer), max(sure, 1 - sure), first),)


def _scan(plain: str) -> list[_Said]:
    """Answers from left to right; at one place the first entry of the table that fits."""
    found: list[_Said] = []
    at = 0
    for word in re.finditer(r"[a-z0-9']+", plain):
        if word.start() < at or len(found) > 6:
            continue
        squeezed, places = _squeeze(plain, word.start())
        for matcher, answer, sure in _MATCHERS:
            match = matcher.match(squeezed)
            if match and match.end():
                at = places[match.end() - 1] + 1
                if answer:
                    found.append(_Said(answer, sure, word.start(), at))
                elif not found:
                    return []
                break
    return _decisive(found)


def _decisive(found: list[_Said]) -> list[_Said]:
    """An answer in plain words at the front settles it; "I do" further on in a story says nothing."""
    return found[:1] + [said for said in found[1:3] if said.sure >= 0.9]


def _squeeze(plain: str, start: int) -> tuple[str, list[int]]:
    """The next 60 characters with single spaces, and where each of them stood."""
    kept: list[str] = []
    places: list[int] = []
    for place in range(start, min(len(plain), start + 90)):
        if plain[place] != " " or (kept and kept[-1] != " "):
            kept.append(plain[place])
            places.append(place)
    return "".join(kept), places


def _opens(plain: str, start: int) -> bool:
    before = " ".join(plain[:start].split()) + " "
    return before == " " or _LEADING.fullmatch(before) is not None


def _add(sure: float, other: float) -> float:
    odds = sure / (1 - sure + 1e-9) * (other / (1 - other + 1e-9))
    return odds / (1 + odds)


def _misheard(plain: str) -> tuple[Value, ...]:
    words = plain.split()
    if len(words) != 1 or words[0] not in _MISHEARD:
        return ()
    answer, sure = _MISHEARD[words[0]]
    start = plain.index(words[0])
    return (_value(answer, sure, _Said(answer, sure, start, start + len(words[0]))),)


def _other(answer: str) -> str:
    return "no" if answer == "yes" else "yes"


def _value(answer: str, sure: float, said: _Said) -> Value:
    span = (said.start, said.end)
    other = Value("yes_no", _other(answer), _other(answer), round(1 - sure, 4), span)
    return Value("yes_no", answer, answer, round(sure, 4), span, (other,))
