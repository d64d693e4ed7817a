"""Find the numbers in what people type into a phone cell: several of them, with words, keys and extensions."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from generator.model.phone import read_short_code, read_telephone
from generator.source import character_name, invisible_characters

_LETTERS = ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"]
KEYPAD = {letter: key for key, letters in zip("23456789", _LETTERS, strict=True) for letter in letters}  # E.161
# What word processors put for a hyphen, a space and a quotation mark.
_TYPED = str.maketrans("‐‑‒–—\u00a0\u202f\u2009\u2007“”„’", '-----    """\'')
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[Ee]\+?(\d{1,2})")
_FLOAT = re.compile(r"(\d{5,15})[.,]0+")
# Digits with what may stand between them; never across a comma, a semicolon or a line's end.
_RUN = re.compile(r"(?<!\w)(?<!\d[.:/-])(?>\+?\(?\+?\d(?:[ ().\-/]{0,3}\d){1,80})(?!\d|:\d|[A-WYZa-wyz_@])", re.A)
_VANITY = re.compile(
    r"(?<!\w)(?P<area>(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ])(?=[\dA-Z\-. ]*[A-Z]{3})"
    r"(?P<word>[A-Z0-9](?:[-. ]?[A-Z0-9]){6,11})(?!\w)(?P<same>\s*\(\d{4,7}\))?"
)
_EXTENSION = re.compile(
    r"\s*[,;]?\s*\(?(?:ext(?:ensi[oó]n)?\b\.?|extn\b\.?|x(?=\s*\d)|#(?=\s*\d)|int\.|anexo\b)\s*[:#]?\s*(\d{1,7})\)?",
    re.I,
)
_MENU = re.compile(
    r"[\s,;(>-]*(?:(?:and|then|y|luego)\s+)?(?:press|dial|push|option|opt\.?|select|choose|oprima|presione|pulse|marque"
    r"|opci[oó]n)\s*(?:(?:the|el|la|number|option|opci[oó]n|n[uú]mero)\s+)?[#\"']?(\d)[\"']?(?!\d)",
    re.I,
)
_FOR_LANGUAGE = re.compile(r"\s*(?:for|para|in|en)\s+(?:el\s+)?([a-zñé]+)", re.I)
_LANGUAGES = {"spanish": "es", "español": "es", "espanol": "es", "english": "en", "inglés": "en", "ingles": "en"}
_KEYWORD = re.compile(
    r"(?:send|text|txt|sms|env[ií]e|env[ií]a|manda|mande|textee?|type)\s+(?:the\s+word\s+|la\s+palabra\s+)?"
    r"[\"'*]?([A-Z][A-Z0-9]{1,19})[\"'*]?\s+(?:to|at|al?)\s*(?:the\s+number\s+|n[uú]mero\s+)?[:#]?\s*$",
    re.I,
)
_KEYWORD_AFTER = re.compile(
    r"[\s,;(]*(?:keyword|with\s+the\s+word|con\s+la\s+palabra|palabra(?:\s+clave)?)\s*:?\s*[\"']?([A-Z][A-Z0-9]+)[\"']?",
    re.I,
)
_NO_KEYWORDS = frozenset({"us", "them", "a", "or", "it", "message", "messages", "mensaje", "line", "number"})
_TEXTS = re.compile(r"\b(?:text(?:s|ing|ea|o)?|txt|sms|mensajes?(?:\s+de\s+texto)?)\b", re.I)
_CALLS = re.compile(r"\b(?:calls?|phone|voice|tel|llam(?:e|ar?)|llamadas?)\b", re.I)
_FAX = re.compile(r"\bfax\b", re.I)
_ALWAYS = re.compile(r"\b24\s*/\s*7(?:\s*/\s*365)?\b|\b24[- ]?(?:hours?|hrs?|horas)\b(?:\s+a\s+day)?", re.I)
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s,;]+|\b(?<!@)[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|gov|edu|info|us)\b(?:/[^\s,;]*)?",
    re.I | re.A,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.A)
_FILLER = re.compile(
    r"\b(?:calls?|phone|ph|tel|telephone|numbers?|no|text|txt|sms|message|or|and|at|to|o|y|al?|llame|llamar|tel[eé]fono"
    r"|voice|us|dial|e-?mail|env[ií]e|mensaje|is|just|only|solo|also|please|por favor)\b\.?",
    re.I,
)
# Where the words about one number end and those about the next begin.
_BORDER = re.compile(r"[\n;|,]|\s/\s|\s+(?:or|and|o|y|e|&)\s+", re.I)
_LONGEST_PURPOSE = 60


class Found(Struct, frozen=True):
    """A number found in a cell. `guessed` when words, letters or repairs were needed to read it."""

    number: str
    calling: bool = True
    texting: bool = False
    extension: str = ""
    menu: str = ""
    keyword: str = ""
    purpose: str = ""
    language: str = ""
    guessed: bool = False

    def __str__(self) -> str:
        said = [" and ".join(verb for verb, is_so in (("call", self.calling), ("text", self.texting)) if is_so)]
        said += [f"{self.keyword} to" if self.keyword else "", self.number]
        said += [f"extension {self.extension}" if self.extension else "", f"press {self.menu}" if self.menu else ""]
        said += [f"in {self.language}" if self.language else "", f"({self.purpose})" if self.purpose else ""]
        return " ".join(part for part in said if part)


class Numbers(Struct, frozen=True):
    """What a phone cell holds. `left` is what is about no number, `problems` says what could not be read."""

    found: tuple[Found, ...] = ()
    always: bool = False
    web: str = ""
    email: str = ""
    left: str = ""
    problems: tuple[str, ...] = ()


class _Span(Struct, frozen=True):
    start: int
    end: int
    number: str
    repaired: bool = False


def read_numbers(cell: str, country: str, *, texting: bool = False) -> Numbers:
    """Return the numbers in a cell, in their order. `texting` says that the column is one of text lines."""
    if _is_number(cell, country, texting=texting):
        return Numbers((Found(cell.strip(), calling=not texting, texting=texting),))
    problem = _unseen(cell)
    if problem:
        return Numbers(left=cell, problems=(problem,))
    text, repaired, problem = _repaired(cell.translate(_TYPED).strip())
    if problem:
        return Numbers(left=cell, problems=(problem,))
    text, web, email = _without_addresses(text)
    always = _ALWAYS.search(text)
    text, spelled = _spelled_in_digits(_ALWAYS.sub(_blank, text))
    spans, problems = _spans(text, country)
    spans = [_Span(s.start, s.end, s.number, repaired or s.start in spelled) for s in spans]
    described, left = _described(text, spans, texting=texting)
    whole = [one if not one.calling or _is_number(one.number, country) else _textable(one) for one in described]
    found = [each for one in whole for each in for_everyone(one)]
    if not spans and not problems and not (web or email):
        problems = [f'"{cell}" holds no telephone number']
    return Numbers(tuple(found), bool(always), web, email, left, tuple(problems))


def _textable(found: Found) -> Found:
    """Return a number that takes texts and no calls, such as 741741, without the call that was read into it."""
    return replace(found, calling=False, texting=True, guessed=True)


def for_everyone(found: Found) -> Iterator[Found]:
    """Yield a number, and before it the same for everyone when only speakers of one language press a key there."""
    if found.menu and found.language:
        yield replace(found, menu="", language="")
    yield found


def _is_number(text: str, country: str, *, texting: bool = False) -> bool:
    try:
        read_short_code(text, country) if texting else read_telephone(text, country)
    except ValueError:
        return False
    return True


def _unseen(text: str) -> str:
    """Return why a text cannot be trusted: characters that look like others or cannot be seen."""
    for _, name in invisible_characters(text.replace("\n", " ")):
        return f"holds {name}, which cannot be seen; type the number again"
    for char in text:
        if char.isdigit() and not char.isascii():
            return f"holds {character_name(char)}; type the number again with the digits 0-9"
    letter = re.search(r"\d[-. ]?\d*([Oo])\d|\d([lI])\d|\d-[Oo]\d", text)
    if letter:
        wrong = next((part for part in letter.groups() if part), "O")
        return f"holds the letter {wrong} among digits; type the digit"
    return ""


def _repaired(text: str) -> tuple[str, bool, str]:
    """Return a number that a spreadsheet turned into a quantity as digits, else the text; and the problem."""
    if match := _SCIENTIFIC.fullmatch(text):
        digits, power = match[1] + (match[2] or ""), int(match[3])
        if len(digits) < power + 1 or len(digits) < 7:
            lost = power + 1 - len(digits)
            return text, False, f'"{text}" has lost its last {lost} digits in a spreadsheet; type the number again'
        return digits[: power + 1], True, ""
    if match := _FLOAT.fullmatch(text):
        return match[1], True, ""
    return text, False, ""


def _without_addresses(text: str) -> tuple[str, str, str]:
    mail = _MAIL.search(text)
    text = _MAIL.sub(_blank, text)
    web = _WEB.search(text)
    return _WEB.sub(_blank, text), web[0].rstrip(".") if web else "", mail[0].rstrip(".") if mail else ""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _spelled_in_digits(text: str) -> tuple[str, set[int]]:
    """Return the text with vanity letters as the keys they stand on, in the same places; and where they were."""
    starts: set[int] = set()

    def keys(match: re.Match[str]) -> str:
        word = "".join(KEYPAD.get(char, char) for char in match["word"])
        kept = [index for index, char in enumerate(word) if char.isdigit()][:7]
        starts.add(match.start())
        return (match["area"] + word[: kept[-1] + 1]).ljust(len(match[0]))

    return _VANITY.sub(keys, text), starts


def _spans(text: str, country: str) -> tuple[list[_Span], list[str]]:
    spans: list[_Span] = []
    problems: list[str] = []
    for match in _RUN.finditer(text):
        more = list(_numbers_in(match[0], match.start(), text, country))
        spans += more
        if not more and len(re.sub(r"\D", "", match[0])) >= 6:
            problems.append(_not_dialled(match[0].strip(), country))
    return spans, problems


def _not_dialled(number: str, country: str) -> str:
    digits = re.sub(r"\D", "", number)
    if country in {"US", "CA"} and len(digits) == 7:
        return f'"{number}" has no area code'
    if country in {"US", "CA"} and len(digits) == 9:
        return f'"{number}" has a digit too few'
    return f'"{number}" is not a number that can be dialled in {country}'


def _numbers_in(run: str, start: int, text: str, country: str) -> Iterator[_Span]:
    """Yield the numbers of one run of digits: all of it if that can be dialled, else its longest part that can."""
    before, after = text[:start].rpartition("\n")[2], text[start + len(run) :].strip(" (")
    is_texting = bool(_TEXTS.search(before) or _TEXTS.match(after) or _keyword_before(before)[0])
    while run.strip():
        cuts = [match.end() for match in re.finditer(r"\d(?=\D|$)", run)]
        end = next((cut for cut in reversed(cuts) if _can_be_used(run[:cut], country, texting=is_texting)), None)
        if end is None:
            return
        lead = len(run) - len(run.lstrip(" /-.)"))
        yield _Span(start + lead, start + end, " ".join(run[lead:end].split()))
        start, run = start + end, run[end:]


def _can_be_used(number: str, country: str, *, texting: bool) -> bool:
    number = number.lstrip(" /-.)")
    if _is_number(number, country):
        return True
    return texting and bool(re.fullmatch(r"\d[\d -]{3,7}", number)) and _is_number(number, country, texting=True)


def _described(text: str, spans: list[_Span], *, texting: bool) -> tuple[list[Found], str]:
    """Return each number with what the words around it say, and the words that say nothing of a number."""
    found: list[Found] = []
    left: list[str] = []
    before = text[: spans[0].start] if spans else text
    for index, span in enumerate(spans):
        limit = spans[index + 1].start if index + 1 < len(spans) else len(text)
        after = text[span.end : limit]
        one, rest = _one(span, before, after, is_last=index + 1 == len(spans), texting=texting)
        before = rest
        if isinstance(one, Found):
            found.append(one)
        else:
            left.append(one)
    left.append(_worded(before))
    return found, "; ".join(part for part in left if part)


def _one(span: _Span, before: str, after: str, *, is_last: bool, texting: bool) -> tuple[Found | str, str]:
    """Return one number as found (or, of a fax, the words to keep), and what is left of the text after it."""
    extension, after = _take(_EXTENSION, after)
    menu, after = _take(_MENU, after)
    language, after = _language(after) if menu else ("", after)
    word_after, after = _take(_KEYWORD_AFTER, after)
    own, rest = _own_words(after, is_last=is_last)
    words = f"{before} {own}"
    if _FAX.search(before) or (_FAX.search(own) and not _FAX.search(rest)):
        return f"{_worded(before) or 'Fax'} {span.number}", rest
    keyword, before = _keyword_before(before)
    is_texting = texting or bool(keyword or word_after or _TEXTS.search(words))
    is_calling = not texting and (not is_texting or (not keyword and bool(_CALLS.search(words))))
    purpose = _worded(f"{before} {own}")
    is_guess = bool(span.repaired or purpose or menu or keyword or word_after or is_texting != texting)
    if len(purpose) > _LONGEST_PURPOSE:
        rest, purpose = f"{purpose}; {rest}", ""
    return (
        Found(span.number, is_calling, is_texting, extension, menu, keyword or word_after, purpose, language, is_guess),
        rest,
    )


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    match = pattern.match(text)
    return (match[1].upper() if match[1].isalpha() else match[1], text[match.end() :]) if match else ("", text)


def _language(text: str) -> tuple[str, str]:
    match = _FOR_LANGUAGE.match(text)
    tag = _LANGUAGES.get(match[1].lower(), "") if match else ""
    return (tag, text[match.end() :]) if match and tag else ("", text)


def _keyword_before(text: str) -> tuple[str, str]:
    match = _KEYWORD.search(text)
    if not match or match[1].lower() in _NO_KEYWORDS:
        return "", text
    return match[1].upper(), text[: match.start()]


def _own_words(after: str, *, is_last: bool) -> tuple[str, str]:
    """Divide the text after a number into its own words and those of the next one."""
    bracket = re.match(r"\s*[(\[]([^)\]]*)[)\]]", after)
    own, rest = (bracket[1], after[bracket.end() :]) if bracket else ("", after)
    border = _BORDER.search(rest)
    if border:
        return f"{own} {rest[: border.start()]}", rest[border.end() :]
    return (f"{own} {rest}", "") if is_last else (own, rest)


def _worded(text: str) -> str:
    """Return the words that say something, without the signs around them."""
    words = " ".join(_FILLER.sub(" ", text).split())
    return words.strip(" -:;,./|()[]#\"'*>=&").strip()
