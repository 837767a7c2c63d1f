"""Numbers, postcodes, references, money, dates, times and phone numbers as a British person says them."""

from voices.wording.addresses import email, house_number, web
from voices.wording.amounts import money
from voices.wording.codes import postcode, reference, road
from voices.wording.dates import day
from voices.wording.ear import for_ear
from voices.wording.numbers import cardinal, decimal, digits, ordinal, paired, spelled, year
from voices.wording.phones import phone
from voices.wording.times import clock, span, window

__all__ = [
    "cardinal",
    "clock",
    "day",
    "decimal",
    "digits",
    "email",
    "for_ear",
    "house_number",
    "money",
    "ordinal",
    "paired",
    "phone",
    "postcode",
    "reference",
    "road",
    "span",
    "spelled",
    "web",
    "window",
    "year",
]
