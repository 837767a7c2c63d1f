import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voices.speech_fixtures import heard, spoken
from voices.lexicon import Lexicon, shipped
from voices.wording import (
    cardinal,
    clock,
    day,
    decimal,
    email,
    for_ear,
    house_number,
    money,
    ordinal,
    phone,
    postcode,
    reference,
    span,
    web,
    window,
    year,
)

MONDAY = date(2026, 11, 23)
DIGITS = {word: str(value) for value, word in enumerate("oh one two three four five six seven eight nine".split())}


def read_back(said: str) -> str:
    """The digits and letters that a careful listener writes down."""
    written = ""
    for times, word in re.findall(r"(double |treble )?(\w+)", said):
        once = DIGITS.get(word, word if len(word) == 1 else "")
        written += once * {"double ": 2, "treble ": 3}.get(times, 1)
    return written


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (cardinal(0), "zero"),
        (cardinal(114), "one hundred and fourteen"),
        (cardinal(1250), "one thousand two hundred and fifty"),
        (cardinal(-3), "minus three"),
        (cardinal(10**15), "one oh oh oh oh oh oh oh oh oh oh oh oh oh oh oh"),
        (ordinal(1), "first"),
        (ordinal(24), "twenty-fourth"),
        (decimal("3.05"), "three point oh five"),
        (decimal("1,250"), "one thousand two hundred and fifty"),
        (year(2026), "twenty twenty-six"),
        (year(2005), "two thousand and five"),
        (year(1900), "nineteen hundred"),
        (year(1907), "nineteen oh seven"),
        (postcode("QA1 4TB"), "Q A one, four T B"),
        (postcode("qa14tb"), "Q A one, four T B"),
        (postcode("Q1A 4TB"), "Q one A, four T B"),
        (reference("AB-4729"), "A B, four seven two nine"),
        (reference("FLY-123456"), "F L Y, one two three, four five six"),
        (reference("AB-472941378"), "A B, four seven two, nine four one, three seven eight"),
        (money(Decimal("12.50")), "twelve pounds fifty"),
        (money(Decimal("1")), "one pound"),
        (money(Decimal("45")), "forty-five pounds"),
        (money(Decimal("3.05")), "three pounds and five pence"),
        (money(Decimal("0.50")), "fifty pence"),
        (money(Decimal("0.01")), "one penny"),
        (money(Decimal("-20")), "minus twenty pounds"),
        (day(date(2026, 11, 24)), "Tuesday the twenty-fourth of November"),
        (day(date(2026, 11, 24), today=MONDAY), "tomorrow, Tuesday the twenty-fourth of November"),
        (day(MONDAY, today=MONDAY), "today, Monday the twenty-third of November"),
        (day(date(2026, 12, 1), today=MONDAY), "Tuesday the first of December"),
        (day(date(2027, 12, 1), today=MONDAY), "Wednesday the first of December twenty twenty-seven"),
        (clock(time(17)), "five in the afternoon"),
        (clock(time(19, 30)), "half past seven in the evening"),
        (clock(time(6, 45)), "quarter to seven in the morning"),
        (clock(time(22, 5)), "ten oh five at night"),
        (clock(time(12)), "midday"),
        (clock(time(0)), "midnight"),
        (clock(time(12, 45)), "quarter to one in the afternoon"),
        (window(time(8), time(13)), "between eight in the morning and one in the afternoon"),
        (window(time(8), time(10)), "between eight and ten in the morning"),
        (span(time(9), time(17)), "from nine in the morning to five in the afternoon"),
        (phone("01632 960123"), "oh one six three two, nine six oh, one two three"),
        (phone("01632960123"), "oh one six three two, nine six oh, one two three"),
        (phone("+44 20 7946 0123"), "oh two oh, seven nine four six, oh one two three"),
        (phone("07700900111"), "oh double seven double oh, nine double oh, one one one"),
        (phone("0800 111 999"), "oh eight double oh, one one one, nine nine nine"),
        (phone("0808 157 0555"), "oh eight oh eight, one five seven, oh treble five"),
        (phone("999"), "nine nine nine"),
        (phone("116 123"), "one one six, one two three"),
        (house_number("14A"), "fourteen A"),
        (house_number("114"), "one one four"),
        (house_number("2-4"), "two to four"),
        (email("waste@ashcombe.gov.uk"), "waste at ashcombe dot gov dot U K"),
        (web("https://www.ashcombe.gov.uk/bins/"), "ashcombe dot gov dot U K slash bins"),
    ],
)
def test_each_kind_is_said_as_people_say_it(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Your reference is AB-4729. Ring 01632 960123 before 5pm on 24 November 2026. It costs £45.",
            "Your reference is eh B, four seven two nine. Ring oh one six three two, nine six oh, one two three before"
            " five in the afternoon on the twenty-fourth of November twenty twenty-six. It costs forty-five pounds.",
        ),
        ("Is it QA1 4TB?", "Is it Q eh one, four T B?"),
        ("Is it Q A one, four T B?", "Is it Q eh one, four T B?"),
        ("14A Mill Lane and 114 Mill Lane", "fourteen eh Mill Lane and one one four Mill Lane"),
        ("Due on 2026-11-25.", "Due on Wednesday the twenty-fifth of November twenty twenty-six."),
        ("Tuesday 24th Nov. Bye.", "Tuesday the twenty-fourth of November. Bye."),
        ("Open Mon-Fri, 9am-5pm.", "Open Monday to Friday, nine in the morning to five in the afternoon."),
        ("From 9 to 11.30am", "From nine to half past eleven in the morning"),
        ("at 7:30 or 17:42", "at half past seven or five forty-two in the afternoon"),
        ("£12.50, 50p, £2m, £1,234", None),
        ("Call 999 or 101.", "Call nine nine nine or one oh one."),
        ("Press 0, or press 55.", "Press zero, or press five five."),
        ("There are 101 bins.", "There are one hundred and one bins."),
        ("In 2025/26 it rose 4.5%.", "In twenty twenty-five to twenty-six it rose four point five per cent."),
        ("3-5 days, 20mph, 3kg", "three to five days, twenty miles an hour, three kilograms"),
        ("the A27 and the B2139", "the eh twenty-seven and the B two one three nine"),
        ("black/grey bins & bags, 24/7", "black or grey bins and bags, twenty-four seven"),
        ("St. Mary's, Mill St, No. 14", "Saint Mary's, Mill Street, number fourteen"),
        ("Planning 24/01234/FUL", "Planning two four, oh one two, three four, F U L"),
        ("Ashcombe Council, ashcombe.gov.uk", "Ashcum Council, Ashcum dot gov dot U K"),
        ("A person will ring you.", "A person will ring you."),
        ("On 30 February or 45 May", None),
    ],
)
def test_written_text_becomes_what_the_voice_is_given(written: str, expected: str | None) -> None:
    said = for_ear(written, shipped())

    assert not re.search(r"\d", said)
    if expected is not None:
        assert said == expected


def test_dates_are_said_as_near_as_they_are() -> None:
    said = for_ear("We come on 2026-11-24. Since 1 May 2019. Until 5 January 2027.", Lexicon(), today=MONDAY)

    assert said == (
        "We come tomorrow, Tuesday the twenty-fourth of November. Since the first of May twenty nineteen."
        " Until the fifth of January."
    )


def test_a_name_may_be_given_in_phonemes() -> None:
    assert for_ear("Frome, 2nd stop", Lexicon.of({"Frome": "[[fɹˈuːm]]"})) == "[[fɹˈuːm]], second stop"


def test_what_a_voice_cannot_say_is_left_out() -> None:
    assert for_ear("**Thanks** 🙂 [[ˈeɪ]] #1", Lexicon()) == "Thanks ˈeɪ one"


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=300)
def test_any_text_can_be_said_and_no_digit_is_left(text: str) -> None:
    assert not re.search(r"\d", for_ear(text, shipped()))
    assert not re.search(r"\d", for_ear(text, shipped(), today=MONDAY))


_PIECES = st.sampled_from(
    "AB-4729|£12.50|24 Nov 2026|2026-13-45|99:99|5pm|0|31/02/2026|01632 960123|9-25pm|£|QA1 4TB|14A|1st|12:60pm|24:00|-"
    "|–|/| |.|,|to|x@y.uk|www.|2026/27|%".split("|")
)


@given(st.lists(_PIECES, max_size=8).map(" ".join) | st.lists(_PIECES, max_size=8).map("".join))
@settings(deadline=None, max_examples=400)
def test_nonsense_made_of_real_pieces_can_be_said(text: str) -> None:
    assert not re.search(r"\d", for_ear(text, shipped(), today=MONDAY))


@given(st.text("0123456789", min_size=1, max_size=14).filter(lambda number: not number.startswith("044")))
def test_no_digit_of_a_number_is_lost(number: str) -> None:
    assert read_back(reference(number)) == number
    assert read_back(phone("0" + number)) == "0" + number


@given(st.from_regex(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", fullmatch=True))
def test_no_part_of_a_postcode_is_lost(written: str) -> None:
    assert read_back(postcode(written)) == written.replace(" ", "")


@given(st.integers(1, 999_999).filter(lambda number: number != 999))
def test_numbers_between_words_are_said_once(number: int) -> None:
    said = for_ear(f"We have {number:,} bins here.", Lexicon())

    assert said == f"We have {cardinal(number)} bins here."


def written_down(said: str) -> str:
    """The digits of what a listener heard, who hears "for" for four."""
    letters_apart = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", said)
    words = ("0" if word == "o" else "4" if word == "for" else DIGITS.get(word, word) for word in letters_apart.split())
    return re.sub(r"\D", "", "".join(words))


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("Your reference is KB-3982.", "3982"),
        ("Your reference is FD-8165.", "8165"),
        ("The postcode is QD1 4TB.", "14"),
        ("The number is 01632 960457.", "01632960457"),
    ],
)
def test_a_listener_writes_down_the_right_digits_the_third_time_at_the_latest(written: str, digits: str) -> None:
    said = for_ear(written, shipped())

    assert any(written_down(heard(spoken(said))) == digits for _ in range(3))
