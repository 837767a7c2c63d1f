"""What a caller says to the line itself rather than about a service: "say that again", "put me through to a person"."""

from __future__ import annotations

import re
from enum import StrEnum

from intents.entities.tokens import LONGEST, fold


class Act(StrEnum):
    """What an utterance does to the conversation. `NONE`: it is about the matter."""

    NONE = "none"
    REPEAT = "repeat"
    SLOWER = "slower"
    HOLD = "hold"
    START_AGAIN = "start_again"
    DONT_KNOW = "dont_know"
    PERSON = "person"
    GOODBYE = "goodbye"
    NOTHING_ELSE = "nothing_else"
    HELP = "help"
    GO_BACK = "go_back"
    CORRECTION = "correction"
    THANKS = "thanks"


_WHO = (
    r"(?:(?:a |an |the |some |any |your )?(?:real |actual |live |proper |human |normal |different |other |nice |"
    r"council |customer |flesh and blood )*"
    r"(?:person|parson|people|human(?: being)?|hooman|operator|operater|adviser|advisor|advisers|agent|asian|somebody|someone|"
    r"some one|some body|anybody|anyone|representative|rep|receptionist|reception|manager|supervisor|colleague|"
    r"member of (?:the )?staff|staff|man|woman|lady|bloke|housing officer|officer|customer services?|call handler|"
    r"call centre|switchboard|helpdesk|team|department))"
)
_REACH = (
    r"(?:(?:speak|spoke|peak|talk|torque|chat|have a word|a word) (?:to|with|two|too)|"
    r"(?:put|get|pass|transfer|connect|patch|send|direct|take|switch) (?:me )?(?:through |threw |over |on )?(?:to|with|onto)|"
    r"(?:put|pass|transfer|connect|patch) (?:me|us) (?:through |over )?(?:to)?|hand me over to)"
)
_WANT = (
    r"(?:i(?:'d| would)? (?:really |just |rather |much rather |prefer to )?(?:like|want|wanna|need|prefer|demand)|give me|get me|"
    r"can i (?:just )?(?:have|get)|let me (?:have|get|speak)|i'll have|is there|are there|isn't there|find me|fetch me|"
    r"could i (?:have|get)|may i have)"
)
_FAULT = (
    r"(?: (?:who|that|which)\b| (?:has|was|is|keeps|dumped|parked|came|comes|left|threw|to (?:come|visit|fix|collect)))"
)
_PERSON = (
    rf"{_REACH} {_WHO}(?!{_FAULT})",
    rf"{_WANT} (?:to )?{_WHO}(?= please| now|$| to (?:speak|talk|help)| i can| on the (?:line|phone))",
    rf"^(?:no |yes |yeah |just |um |er |oh |please |hello |hi )*{_WHO}(?: please| now| thanks)*$",
    r"(?:don't|do not|not) (?:want to |wanna |like to |going to )?(?:speak|talk|talking|speaking) (?:to|with) "
    r"(?:a |an |this |the |any )?(?:machine|robot|computer|bot|recording|automated|ai|thing|answerphone)",
    r"(?:hate|sick of|fed up with|can't stand|don't like) (?:talking to |these |this |speaking to )*(?:bloody |stupid |"
    r"damn )?(?:machine|robot|computer|bot|automated|recording|ai)s?",
    r"(?:not|isn't|instead of) (?:a |an |this |the )?(?:machine|robot|computer|bot|recording|ai)\b",
    r"(?:is there |can i |i want |get |isn't there )?(?:anyone|anybody|someone|somebody|a real person|a human) "
    r"(?:real |human |actually )?(?:there|available|i can (?:speak|talk) to|to (?:speak|talk) to|at the council i can)",
    r"(?:put|get|connect|transfer|patch) me (?:straight |right )?(?:through|threw)(?! the)|(?:transfer|connect) me$",
    r"^(?:\w+ )?(?:someone|somebody|anyone|anybody) (?:real|human|else)(?: please)?$",
    r"(?:real|actual|live|proper) (?:person|human|human being|operator|voice|people|agent|adviser|advisor)(?!'s| \w+(?:ed|t) )",
    r"human being|speak to (?:a )?human|talk human|(?:speak|talk) (?:to )?(?:customer|council) (?:services?|staff)",
    r"(?:let me|can i|could i|i want to|i need to|i'd like to|i wanna|i'd rather) (?:just )?(?:speak|talk) (?:to )?"
    r"(?:someone|somebody|anyone|a person|an? (?:adviser|advisor|operator|agent|human))",
    r"(?:^|can you |could you |please |to |and |can someone |could someone )(?:call|phone|ring) me back(?! (?:last|on))|(?:get|have|ask) (?:someone|somebody|a person|an? (?:adviser|advisor|human)) to "
    r"(?:call|ring|phone|speak|talk|help)",
)  # fmt: skip
_TABLE: tuple[tuple[Act, tuple[str, ...]], ...] = (
    (Act.PERSON, _PERSON),
    (
        Act.SLOWER,
        (
            r"slow(?:er|ly)(?: please)?$|more slowly|slow down|too fast|too quick(?:ly)?|speak (?:a bit )?slower|"
            r"(?:say|read) (?:it|that) slow|not so fast|going (?:a bit )?fast",
        ),
    ),
    (
        Act.START_AGAIN,
        (
            r"(?:start|begin) (?:again|over|afresh|from (?:the )?(?:start|beginning|scratch))|start all over|"
            r"from the (?:top|beginning|start)$|scrap (?:that|all that)|forget (?:all )?(?:that|it all)(?: and start)|"
            r"back to the (?:start|beginning)|restart|main menu",
        ),
    ),
    (
        Act.REPEAT,
        (
            r"(?:say|repeat|read|tell me|go over|run through) (?:that|it|this|them|all that|the question|the last bit|"
            r"the options)(?: (?:to|for) me| back)? ?(?:again|once more|one more time)?(?: please)?$",
            r"(?:say|repeat) (?:that|it|again)|come again|once more$|one more time|repeat(?: please)?$|"
            r"can you repeat|could you repeat|would you repeat",
            r"^(?:sorry |um |er |oh )*(?:pardon|beg (?:your )?pardon|i beg your pardon|what|eh|excuse me|sorry|huh|"
            r"you what|say again|again)(?: me| sorry| please| love| what)*$",
            r"what (?:was|is) (?:that|the question|it)(?: again| sorry| you said)?$|what(?:'s| is| was) that again|"
            r"what did you (?:just )?say|what did you ask|what are you (?:saying|asking)|what do you mean|what were (?:they|"
            r"the options)|(?:didn't|did not|couldn't|can't|cannot|don't) (?:quite |really )?(?:hear|catch|get) (?:you|"
            r"that|what|a word|the (?:last|question))|missed (?:that|what you said)$|i(?:'m| am) (?:a bit )?(?:deaf|hard "
            r"of hearing)|speak up|louder",
        ),
    ),
    (
        Act.HOLD,
        (
            r"(?:hang|hold) (?:on|up a (?:minute|sec))|hold the line|bear with(?: me)?|bare with(?: me)?|(?:just |wait |"
            r"give me |half |one |two )+(?:a |one |two )?(?:minute|minutes|moment|mo|sec|secs|second|seconds|tick|ticks|jiffy)"
            r"(?! (?:floor|road|ago))|(?:a|one) (?:moment|minute|sec|second|tick) please|wait(?: up| a bit| there)?(?: please)?$|"
            r"let me (?:just )?(?:find|get|look|check|grab|see|go and|fetch|think)|i(?:'ll| will) (?:just )?(?:get|go and "
            r"(?:get|find|look)|have a look|find (?:it|out|my))|i(?:'m| am) just (?:getting|finding|looking|going to (?:get|"
            r"find))|hang about",
        ),
    ),
    (
        Act.CORRECTION,
        (
            r"^(?:no |nope |sorry |oh |um |er |yes |yeah |well )*(?:i (?:said|meant|mean|didn't say)|i was saying)\b",
            r"\bi meant\b|\bi mean it's\b|^(?:no |sorry |oh )*(?:actually|sorry it's|make (?:that|it)|it should be|it's actually)",
            r"^(?:no|nope|nah)(?: no)* (?:it's|its|it is|that's (?:not|wrong)|not \w+(?: \w+)? (?:it's|its|but)|the )\b",
            r"(?:that's|you've got (?:that|it|the \w+)|you got (?:that|it)) (?:wrong|not what i said|incorrect)|"
            r"not what i said|^(?:sorry )?(?:correction|change (?:that|it|the))|i (?:got|gave you) (?:that|it|the) wrong",
        ),
    ),
    (
        Act.GO_BACK,
        (
            r"go back(?: (?:one|a step|a bit|please))*$|(?:previous|last) (?:question|step|one)$|undo(?: that)?|"
            r"back (?:up )?a (?:step|bit)|one step back|back to the (?:last|previous) (?:question|one|step|bit)",
        ),
    ),
    (
        Act.NOTHING_ELSE,
        (
            r"(?:no|nope|nah)(?: no)* (?:that's|thats|that is|that was|that'll be|that will be|i think that's) (?:all|it|"
            r"everything|the lot|me)\b|(?:^|\b)(?:that's|that is|that'll be|that was|that will be) (?:all|everything|the lot)"
            r"(?: (?:for|i|thanks|thank|you|then|today|now|really|love|cheers)\b.*)?$|nothing (?:else|more)|i(?:'m| am) (?:all )?"
            r"(?:done|finished|sorted)(?: (?:now|thanks|thank you|ta))*$|(?:no|nope) nothing|that's me(?: done)?$|"
            r"^(?:no )*(?:not today|all good|all done|i'm good|i'm fine|we're good)(?: thanks| thank you)*$",
        ),
    ),
    (
        Act.GOODBYE,
        (
            r"(?:^|\b)(?:good ?bye|bye|cheerio|ta ta|tara|see (?:you|ya)(?: later)?|toodle(?: pip)?|farewell|so long)"
            r"(?:(?: then| bye| now| thanks| thank you| love| for now)*)$|(?:i(?:'ll| will) (?:leave it|call back|ring back)|"
            r"never ?mind|forget it|don't (?:worry|bother)(?: about it)?|leave it)(?: then| thanks| thank you| bye)*$|"
            r"i(?:'m| am) (?:going to )?hang(?:ing)? up",
        ),
    ),
    (
        Act.DONT_KNOW,
        (
            r"(?:don't|do not|dont|didn't|couldn't|wouldn't) (?:really |actually |even |honestly )?(?:know|remember|recall|"
            r"have (?:a clue|it|one|that|any idea)|tell you)(?! (?:how|why|who|when|if|where) (?:to|it|they|this|the|you|"
            r"my|i)\b.{12})|(?:no|not a|haven't a|haven't got a|without a) (?:idea|clue|scooby)|not (?:too |really |entirely |"
            r"quite |100% )?sure(?! (?:if|about|who|how|why) .{12})|dunno|can(?:'t|not) (?:remember|recall|say|think|tell you)|"
            r"i(?:'ve| have) forgotten|i forget$|couldn't say|your guess|haven't got (?:it|one|that|a reference)|"
            r"not got (?:it|one)|^pass$|search me",
        ),
    ),
    (
        Act.HELP,
        (
            r"^(?:um |er |please )*(?:help|help me|i need (?:some )?help|options)(?: please)?$|what can (?:i|you) (?:say|do|ask|"
            r"help)|what (?:are )?my options|what (?:am i|are we) (?:supposed|meant) to (?:say|do)|how does this work|"
            r"what should i say|i don't understand|what do (?:i|you want me to) (?:say|do)|i(?:'m| am) (?:confused|lost|stuck)$",
        ),
    ),
    (
        Act.THANKS,
        (
            r"^(?:oh |ok |okay |right |great |lovely |brilliant |yes |that's (?:great|lovely|brilliant|wonderful) )*(?:many )?"
            r"(?:thanks|thank you|ta|cheers|much appreciated|bless you|you've been (?:very |really )?(?:helpful|kind|great))"
            r"(?: (?:very much|so much|a lot|ever so much|for (?:that|your help|everything)|love|mate|darling|again|then|"
            r"bye|dear|indeed|you))*$",
        ),
    ),
)  # fmt: skip
_MATCHERS = tuple((act, re.compile("|".join(f"(?:{pattern})" for pattern in patterns))) for act, patterns in _TABLE)
_STORY = frozenset({Act.HOLD, Act.REPEAT, Act.DONT_KNOW, Act.GO_BACK, Act.CORRECTION, Act.HELP, Act.SLOWER})
_LONGEST_ASIDE = 14
"""Words; a longer utterance tells a story, and only a request for a person or to start again is heard in it."""


def read_act(text: str) -> Act:
    """The one thing an utterance does to the conversation; a request for a person comes before all else."""
    plain = " ".join(re.findall(r"[a-z0-9%']+", fold(text[:LONGEST])))
    count = plain.count(" ") + 1
    for act, matcher in _MATCHERS:
        if act in _STORY and count > _LONGEST_ASIDE:
            continue
        if matcher.search(plain):
            return act
    return Act.NONE
