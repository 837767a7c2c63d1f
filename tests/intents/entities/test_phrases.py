from __future__ import annotations

import pytest

from intents.entities.phrases import Act, read_act

SAID = {
    Act.REPEAT: (
        "say that again",
        "pardon",
        "what was that",
        "Sorry?",
        "Can you repeat that please?",
        "I didn't catch that",
        "come again",
        "what?",
        "I beg your pardon",
        "what did you say",
        "could you say that again please",
        "sorry what was the question",
        "eh",
    ),
    Act.SLOWER: (
        "slow down please",
        "can you say that more slowly",
        "slower",
        "you're going too fast for me",
    ),
    Act.HOLD: (
        "hang on",
        "just a minute",
        "hold on a sec",
        "one moment please",
        "bear with me",
        "let me just find it",
        "wait a minute",
        "give me a second",
        "hang on I'll get my glasses",
        "just a sec",
    ),
    Act.START_AGAIN: (
        "start again",
        "can we start over",
        "let's begin again from the beginning",
    ),
    Act.DONT_KNOW: (
        "I don't know",
        "I dunno",
        "no idea",
        "not sure",
        "I can't remember",
        "I haven't got a clue",
        "don't know it sorry",
        "I don't have one",
    ),
    Act.PERSON: (
        "can I speak to someone",
        "human",
        "operator",
        "adviser",
        "real person",
        "I want to talk to a real person please",
        "put me through to somebody",
        "can you get me an adviser",
        "speak to a person",
        "can I talk to a human being",
        "I don't want to talk to a machine",
        "agent",
        "I'd like to speak with an advisor",
        "transfer me",
        "put me through",
        "is there anybody there I can talk to",
        "customer services please",
        "let me speak to a manager",
        "I need a person",
        "someone real please",
        "get me a human",
        "is there a real person there",
        "can I peak to someone",
        "I want a person",
        "representative",
        "can I have a word with someone",
        "please could you connect me to an operator",
        "I'd rather speak to someone",
        "talk to a parson",
        "I hate these machines just give me a person",
    ),
    Act.GOODBYE: (
        "goodbye",
        "bye",
        "bye bye",
        "ok bye then",
    ),
    Act.NOTHING_ELSE: (
        "no that's all thanks",
        "that's everything",
        "nothing else",
        "no that's it",
        "no thank you that's all",
        "that's all for today",
        "no I'm done thanks",
    ),
    Act.HELP: (
        "help",
        "what can I say",
        "I don't understand",
        "how does this work",
    ),
    Act.OPENING: (
        "hello",
        "hi, my name's Mary and I need to report something",
        "good morning, is that the council",
        "I've got a question",
        "yes hello, I wonder if you can help me",
        "um hi I'm ringing about something",
        "can I ask you something please",
    ),
    Act.GO_BACK: (
        "go back",
        "can we go back a step",
        "previous question",
    ),
    Act.CORRECTION: (
        "no I said forty",
        "I meant Mill Road",
        "actually it's fourteen",
        "no it's number 14",
        "sorry I mean Tuesday",
        "no not Mill Lane it's Mill Road",
        "that's not what I said",
    ),
    Act.THANKS: (
        "thank you",
        "thanks very much",
        "cheers",
        "okay thank you",
    ),
    Act.NONE: (
        "a person dumped rubbish outside my house",
        "my bin was missed",
        "there's a man sleeping in the doorway",
        "someone has dumped a sofa",
        "number 14 mill lane",
        "yes",
        "no",
        "somebody keeps parking outside my house",
        "I need someone to come and fix my boiler",
        "the person next door is noisy",
        "the officer who came said no",
        "I want to report a person who dumped a fridge",
        "my neighbour is a nice man",
        "what day is my bin collected",
        "the second floor",
        "there's a woman at number 3 who lets her dog foul",
        "I need to talk about my council tax",
        "can you help me with my council tax",
        "I'd like to speak about a missed bin",
        "wait for the bin to be emptied",
        "I don't know who to speak to but there's a big pothole on the corner of the road and it's getting worse",
        "two minutes ago they drove past and left my bin",
        "I was waiting a minute ago for the bus",
        "my mum passed away",
        "human waste on the pavement",
        "there's human excrement in the stairwell",
        "people are fly tipping",
        "I've got no one to help me with my bins",
        "my agent deals with it",
        "the lady said someone would call me back last week",
        "get someone to fix my boiler please",
        "nobody has come",
        "my boiler keeps going back to the last setting",
        "a real person left rubbish",
    ),
}


@pytest.mark.parametrize(("act", "said"), [(act, said) for act, phrases in SAID.items() for said in phrases])
def test_what_is_said_to_the_line_itself_is_told_from_what_it_is_about(act: Act, said: str) -> None:
    assert read_act(said) is act


def test_a_person_comes_before_everything_else_that_was_said() -> None:
    assert read_act("sorry what was that, no, just put me through to a person please, goodbye") is Act.PERSON


@pytest.mark.parametrize(
    "said",
    [
        "hello, my bin's been missed",
        "hi, my name's Mary and there's a pothole",
        "I need to report a fly tip",
        "I have a question about council tax",
        "this is about my rent",
        "I'm ringing about the noise next door",
    ],
)
def test_an_opening_that_says_what_it_is_about_is_none(said: str) -> None:
    assert read_act(said) is Act.NONE


@pytest.mark.parametrize("said", ["", "...", "\U0001f600", "I want the speak to " * 600])
def test_odd_input_is_no_act(said: str) -> None:
    assert read_act(said) is Act.NONE
