"""How letters and digits are said: their names, NATO's words, other words people spell with, and mis-hearings."""

from __future__ import annotations

from types import MappingProxyType

from intents.entities.tokens import listed

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
NATO = MappingProxyType(
    dict(
        zip(
            LETTERS,
            listed(
                "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa "
                "quebec romeo sierra tango uniform victor whiskey xray yankee zulu"
            ),
            strict=True,
        )
    )
)
_NATO_OTHERWISE = {
    "A": "alfa able apple andrew alfred adam", "B": "bertie bob baker boy ben", "C": "charley cat colin",
    "D": "dog david dad", "E": "edward easy egg", "F": "freddie freddy fox frank", "G": "george gulf",
    "H": "harry henry", "I": "indigo isaac", "J": "juliette jack john", "K": "king keith", "L": "leema lemon london",
    "M": "mother mary michael", "N": "nellie nora nan", "O": "orange oliver", "P": "peter paul", "Q": "queen queenie",
    "R": "robert roger raja", "S": "sugar sam simon", "T": "tommy tom tea", "U": "umbrella", "V": "vicky",
    "X": "x-ray ray",    "W": "whisky william walter", "Y": "yellow yorkie", "Z": "zebra",
}  # fmt: skip
_NAMES = {
    "A": "ay eh hey ae", "B": "bee be bea", "C": "see sea cee si", "D": "dee de", "E": "ee he", "F": "eff ef if",
    "G": "gee jee ji", "H": "aitch haitch hatch age each", "I": "eye aye i'm", "J": "jay jae", "K": "kay okay cay ok",
    "L": "el ell elle", "M": "em am", "N": "en and an end", "O": "oh owe", "P": "pee pea", "Q": "queue cue kew",
    "R": "are ar our r's", "S": "ess as es", "T": "tee tea", "U": "you ewe yew", "V": "vee we", "W": "double-u",
    "X": "ex eggs axe", "Y": "why wye", "Z": "zed zee said zedd",
    "0": "zero oh o nought naught hero", "1": "one won", "2": "two to too", "3": "three free tree",
    "4": "four for fore full", "5": "five fife", "6": "six sex sicks", "7": "seven", "8": "eight ate",
    "9": "nine niner",
}  # fmt: skip
SAID_AS = MappingProxyType(
    {
        symbol: (
            *listed(names),
            *((NATO[symbol], *listed(_NATO_OTHERWISE.get(symbol, ""))) if symbol in NATO else ()),
        )
        for symbol, names in _NAMES.items()
    }
)
"""Symbol → the words that stand for it, beside the symbol itself."""
LETTER_OF = MappingProxyType(
    {word: symbol for symbol in LETTERS for word in SAID_AS[symbol] if word not in {"i'm", "am", "if", "ok", "okay"}}
)
AREAS = frozenset(
    listed(
        "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK "
        "FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN "
        "NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW "
        "UB W WA WC WD WF WN WR WS WV YO ZE"
    )
)
"""The letters that British postcodes begin with."""
SOUND_ALIKE = listed("BDEPTGCV3 MN SFX6 AJK8 IY59 QU2 O0 RA LN WY BVD JG ZSC 51 4R HA8 TPC2 UO")
"""Symbols that a telephone line makes alike, in groups."""
SPELL_BY = frozenset({"for", "4", "four", "as", "like", "of", "is", "from"})
"""What stands between a letter and the word that explains it: "B for Bertie"."""
EXPLAINERS = frozenset({"for", "as in", "like", "as", "is for", "of"})
