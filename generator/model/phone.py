"""Telephone numbers: read strictly for a country, printed as that country writes them."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.source import character_name, invisible_characters

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# What people type between digits; anything else in a number is an error.
_SEPARATORS = re.compile(r"[\s().\-–‑/]+")
_LOOKALIKES = {"O": "0", "o": "0", "l": "1", "I": "1"}
# North American numbers nobody pays to call: always written with the 1 in front.
# Digits of a short number that can be called: in North America 211, 988, 911. Those of five and six take texts only.
_LONGEST_SHORT = {"US": 3, "CA": 3}
_TOLL_FREE_NANP = frozenset({"800", "833", "844", "855", "866", "877", "888"})
# Numbers that phonenumbers knows as neither short nor valid, each read at the service itself.
_SHORT_AS_WRITTEN = re.compile(r"\+?[\d\s\-]{2,12}")


class NumberKind(StrEnum):
    """A subscriber number, or a short one that only works inside its country."""

    SUBSCRIBER = "subscriber"
    SHORT = "short"


class Telephone(Struct, frozen=True):
    """A telephone number: `dial` is what a phone dials (E.164 or the short digits), `printed` what is read."""

    country: str
    kind: NumberKind
    dial: str
    printed: str

    @property
    def uri(self) -> str:
        """The number as a `tel:` link."""
        return f"tel:{self.dial}"


Asked = tuple[str, str, bool]  # a text, the country that it is dialled from, and whether it is declared short
MOST_KNOWN = 65_536
_known: dict[Asked, Telephone] = {}  # a list is validated, planned and printed: each number is read several times


def read_telephone(text: str, country: str, *, declared_short: bool = False) -> Telephone:
    """Return the number that a text names, dialled from a country. Raises ValueError with the reason.

    `declared_short` takes two to eight digits as they are: for short numbers that no register lists.
    """
    asked = (text, country, declared_short)
    if asked not in _known:
        remember({asked: _read_telephone(*asked)})
    return _known[asked]


def remember(numbers: Mapping[Asked, Telephone]) -> None:
    """Take numbers as they were read before by the same programs."""
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.update(numbers)


def _read_telephone(text: str, country: str, declared_short: bool) -> Telephone:
    _refuse_lookalikes(text)
    digits = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"\+?[0-9]{2,15}", digits, re.ASCII):
        raise ValueError(f'"{text}" is not a telephone number')
    if declared_short and len(digits) <= 8:
        return Telephone(country, NumberKind.SHORT, digits, _short_as_printed(text))
    short = _read_short(text, digits, country) if len(digits) <= _LONGEST_SHORT.get(country, 15) else None
    return short or _read_subscriber(text, country)


def read_short_code(text: str, country: str) -> Telephone:
    """Return the number that takes text messages: a short code or a full number. Raises ValueError."""
    _refuse_lookalikes(text)
    digits = _SEPARATORS.sub("", text)
    if re.fullmatch(r"[0-9]{3,8}", digits, re.ASCII):
        return Telephone(country, NumberKind.SHORT, digits, digits)
    return read_telephone(text, country)


def _refuse_lookalikes(text: str) -> None:
    for _, name in invisible_characters(text):
        raise ValueError(f'"{text}" holds {name}, which cannot be seen; delete it')
    for char in text:
        if char.isdigit() and not char.isascii():
            raise ValueError(f'"{text}" holds {character_name(char)}; type the digit as 0-9')
    if re.search(r"\d\s*[OolI]|[OolI]\s*\d", text):
        wrong = next(char for char in text if char in _LOOKALIKES)
        raise ValueError(f'"{text}" holds the letter {wrong}; did you mean the digit {_LOOKALIKES[wrong]}?')


def _read_short(text: str, digits: str, country: str) -> Telephone | None:
    from phonenumbers import PhoneNumber, country_code_for_region, shortnumberinfo

    if digits.startswith("+") or not _SHORT_AS_WRITTEN.fullmatch(text.strip()):
        return None
    number = PhoneNumber(
        country_code=country_code_for_region(country),
        national_number=int(digits),
        italian_leading_zero=digits.startswith("0"),
        number_of_leading_zeros=len(digits) - len(digits.lstrip("0")) or None,
    )
    if not shortnumberinfo.is_valid_short_number_for_region(number, country):
        return None
    return Telephone(country, NumberKind.SHORT, digits, _short_as_printed(text))


def _short_as_printed(text: str) -> str:
    """Keep the writer's own grouping; the harmonised European numbers are always written 116 xxx."""
    written = re.sub(r"\s+", " ", text.strip())
    return f"116 {written[3:]}" if re.fullmatch(r"116\d{3}", written) else written


def _read_subscriber(text: str, country: str) -> Telephone:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as problem:
        raise ValueError(f'"{text}" is not a telephone number') from problem
    if not phonenumbers.is_valid_number(number) and not _is_fictional(number):
        raise ValueError(f'"{text}" is not a number that can be dialled in {country}')
    dial = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Telephone(country, NumberKind.SUBSCRIBER, dial, _as_printed(number, country))


def _is_fictional(number: "PhoneNumber") -> bool:
    """Return whether the number is one that its numbering plan keeps free for examples.

    555-0100 to 555-0199 in every North American area code; 07700 900000 to 900999 in the UK (Ofcom).
    """
    import phonenumbers

    digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return bool(re.fullmatch(r"\+1[2-9]\d\d55501\d\d|\+447700900\d{3}", digits))


def _as_printed(number: "PhoneNumber", country: str) -> str:
    import phonenumbers

    code = number.country_code or 0
    if code == 1 and country in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        digits = f"{number.national_number:010d}"
        is_toll_free = digits[:3] in _TOLL_FREE_NANP
        start = f"1-{digits[:3]}-" if is_toll_free else f"({digits[:3]}) "
        return f"{start}{digits[3:6]}-{digits[6:]}"
    is_at_home = code == phonenumbers.country_code_for_region(country)
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if is_at_home else form.INTERNATIONAL)
