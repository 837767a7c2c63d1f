"""Awaab's Law: which repairs are hazards, told from the words of the tenant.

Emergency hazards are made safe within 24 hours; significant damp and mould, and other significant hazards, are
investigated within 10 working days. In doubt the shorter time holds: the surveyor decides, not this list.
Source: the Hazards in Social Housing (Prescribed Requirements) (England) Regulations 2025 and their guidance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Grade = Literal["emergency", "damp_mould", "hazard"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A recognised hazard: its grade and what it is about."""

    grade: Grade
    subject: str


_OFF = r"(?:no|not|n't|without|broke|broken|stopp?ed|packed (?:up|in)|gone off|failed|dead|lost|cut off)"

_EMERGENCY = {
    "gas": r"\bgas (?:leak|smell)|smell(?:s|ing)? (?:of )?gas|carbon monoxide|\bco alarm",
    "heating": rf"\b{_OFF}\b.{{0,25}}\b(?:heating|boiler|hot water)|\b(?:heating|boiler|hot water)\b.{{0,30}}{_OFF}"
    r"|\bheating\b.{0,20}\boff\b",
    "water supply": rf"\b{_OFF} (?:running |cold |any )?water\b(?! heater)",
    "electrics": r"(?:exposed|bare|live|loose|hanging|burn\w*) (?:wir|cable|electric|socket|plug)|spark|electric shock"
    r"|(?:socket|plug|fuse ?box|wir\w+|light switch)\b.{0,30}(?:burn|smok|melt|scorch|buzz|hot to)"
    rf"|\b{_OFF} (?:power|electric)|(?:power|electric\w*)\b.{{0,20}}\b{_OFF}",
    "major leak": r"(?:flood|gush|pour)(?:ing|ed)?\b|burst|water (?:is )?coming (?:through|down|in)"
    r"|leak\w*.{0,30}(?:electric|light|socket|ceiling)|ceiling.{0,30}leak|can'?t (?:stop|turn).{0,15}(?:water|leak)",
    "security": r"(?:front|back|outside|external|main) door.{0,40}(?:won'?t (?:lock|shut|close)|broken|kicked|smashed"
    r"|can'?t (?:lock|shut|close)|doesn'?t (?:lock|shut|close))|can'?t lock.{0,20}door"
    r"|(?:window|glass).{0,20}(?:smashed|won'?t (?:lock|shut|close))|smashed.{0,10}window",
    "structure": r"(?:ceiling|roof|wall|floor|stair\w*|chimney|balcony).{0,25}(?:collaps|fall(?:en|ing)|come down"
    r"|coming down|caved|giving way)|(?:fall(?:en|ing)|collaps\w+).{0,15}(?:ceiling|roof|wall|floor)",
    "sewage": r"sewage|\b(?:poo|faeces)\b|toilet.{0,25}overflow|only toilet|(?:no|without a) working toilet",
    "fire safety": r"smoke alarm.{0,25}(?:broken|not work|won'?t|missing|dead)|fire door.{0,25}(?:broken|won'?t)",
    "trapped": r"lift.{0,25}(?:stuck|broken|not work).{0,60}(?:wheelchair|can'?t (?:get|leave))",
}
_BREATHING = (
    r"asthma|breath|wheez|chest|cough|lungs?\b|inhaler|copd|bronch|hospital|baby|newborn|pregnan|"
    r"making (?:\w+ ){1,3}(?:ill|sick|poorly)"
)
_DAMP = r"\bdamp\w*|\bmou?ld\w*|black spots|condensation|\bfung\w*|mushrooms"
_HAZARD = {
    "cold": r"freezing|too cold|(?:can'?t|cannot) (?:keep|get) (?:it |the \w+ )?warm|draught",
    "heat": r"too hot|overheat",
    "falls": r"(?:loose|broken|missing|wobbl\w*|rotten).{0,15}(?:stair|step|banister|handrail|floorboard)"
    r"|(?:stair\w*|step|banister|handrail|floorboard).{0,20}(?:loose|broken|missing|wobbl|rotten)",
    "leak": r"\bleak\w*|drip\w* through",
    "structure": r"crack\w*.{0,20}(?:wall|ceiling)|(?:wall|ceiling).{0,20}(?:crack|bulg|sagg)",
    "pests": r"\brats?\b|mice|mouse|cockroach|bed ?bugs|infest",
    "asbestos": r"asbestos",
    "electrics": r"(?:electric\w*|lights?).{0,20}(?:flicker|trip)|keeps? tripping",
    "drains": r"(?:drain|toilet|sink).{0,20}(?:block|back(?:ed|ing) up)|block\w*.{0,15}(?:drain|toilet)",
}
_DENIED = re.compile(r"(?:\bno\b|\bnot\b|n't|\bwithout\b)(?: \w+){0,2} $")


def hazard_in(problem: str) -> Hazard | None:
    """The gravest hazard that the words name, or `None`."""
    words = " ".join(problem.lower().replace("\u2019", "'").split())
    damp = any(not _DENIED.search(words[: found.start()]) for found in re.finditer(_DAMP, words))
    if damp and re.search(_BREATHING, words):
        return Hazard("emergency", "damp and mould with a risk to health")
    for subject, pattern in _EMERGENCY.items():
        if re.search(pattern, words):
            return Hazard("emergency", subject)
    if damp:
        return Hazard("damp_mould", "damp and mould")
    return next((Hazard("hazard", subject) for subject, pattern in _HAZARD.items() if re.search(pattern, words)), None)
