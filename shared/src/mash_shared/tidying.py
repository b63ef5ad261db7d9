"""What people type, put in order: one function for each kind, used by every form and message.

Each is idempotent and gives back what it cannot put in order as it was written; `doubts.py` says
what is wrong with that. Only NUL is refused here, which no keyboard writes.
"""

import re
import unicodedata
from typing import Any

_ORDINARY_LINE, _ORDINARY_LINES = re.compile("[ -~]*"), re.compile("[ -~\n\t]*")
"""Texts that have nothing to put in order but their spaces; documents are full of them."""
_IN_ORDER, _BEGINS = re.compile("[!-~]+(?: [!-~]+)*"), re.compile("[!-~]")
"""Lines that have nothing to put in order at all, and how a text begins that is not blank."""
_KEPT_CONTROLS = "\n\t"
_JOINERS = re.compile("(?<=([\u0600-\u1fff]))[\u200c\u200d]+(?=[\u0600-\u1fff])|[\u200c\u200d]+")
_NUMBER_PUNCTUATION = re.compile(r"[\s.\-\u2010-\u2015\u2212_/]+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4`\uff07", "''''''")
_EXTENSION = re.compile(r"^(.*?)[\s,]*(?:extension|ext|x)[\s.:]*([0-9]{1,6})$", re.IGNORECASE)
_ISO = re.compile(r"^([0-9]{4})(?:[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{1,2}))?)?(?:[T ][0-9:.+Z-]+)?$")
_DAY_FIRST = re.compile(r"^(?:([0-9]{1,2})[-/. ])?([0-9]{1,2})[-/. ]([0-9]{4})$")


def _no_nul(text: str) -> None:
    if "\0" in text:
        raise ValueError("has characters that are not text")


def prose(value: Any) -> Any:
    """Put a text of several lines in order: its words, line by line, stay as they were written."""
    if not isinstance(value, str):
        return value
    if _ORDINARY_LINES.fullmatch(value):
        return value.strip()
    _no_nul(value)
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def line(value: Any) -> Any:
    """Put one line in order: single spaces, composed letters, nothing that cannot be seen.

    Between letters of scripts that need them, joiners stay: they are spelling there.
    """
    if not isinstance(value, str):
        return value
    if _IN_ORDER.fullmatch(value):
        return value
    if _ORDINARY_LINE.fullmatch(value):
        return " ".join(value.split())
    _no_nul(value)
    spaced = " ".join(value.split())
    seen = "".join(c for c in spaced if c in "\u200c\u200d" or not _is_hidden(c))
    spelt = _JOINERS.sub(lambda run: run[0][0] if run[1] else "", seen)
    return " ".join(unicodedata.normalize("NFC", spelt).split())


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf")


def _plain(value: str) -> str:
    """Give a line with full-width and other odd forms of letters and digits as ordinary ones."""
    if value.isascii():
        return str(line(value))
    text = unicodedata.normalize("NFKC", line(value))
    return str(line("".join(_digit(letter) for letter in text)))


def _digit(letter: str) -> str:
    number = unicodedata.decimal(letter, None)
    return letter if number is None else str(number)


def nhs_number(value: Any) -> Any:
    """Give an NHS number as its digits alone, where it is made of digits at all."""
    if not isinstance(value, str):
        return value
    digits = _NUMBER_PUNCTUATION.sub("", _plain(value))
    return digits if digits.isdigit() else line(value)


def email(value: Any) -> Any:
    """Give an e-mail address as it is mailed: plain apostrophe, domain in lower case and ASCII."""
    if not isinstance(value, str):
        return value
    text = _plain(value).translate(_APOSTROPHES).strip("<>,;. ")
    while text[:7].casefold() == "mailto:":
        text = text[7:].strip("<>,;. ")
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or " " in text:
        return line(value)
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return line(value)


def telephone(value: Any) -> Any:
    """Give a telephone number as its digits, a British one with its leading 0."""
    if not isinstance(value, str):
        return value
    text = _plain(value)
    extended = _EXTENSION.match(text)
    number, extension = (extended[1], f" ext {extended[2]}") if extended else (text, "")
    international = re.sub(r"^\+\s*44|^0044", "+44", number)
    bare = re.sub(r"[\s().\-\u2010-\u2015/]+", "", international)
    if not re.fullmatch(r"\+?[0-9]+", bare):
        return line(value)
    bare = re.sub(r"^\+440?", "0", bare)
    bare = re.sub(r"^00(?=[1-9])", "+", bare)
    return f"{bare}{extension}"


def date_in_part(value: Any) -> Any:
    """Give a date as far as known as `2016`, `2016-05` or `2016-05-31`; day first is British."""
    if not isinstance(value, str):
        return value
    text = _plain(value)
    if iso := _ISO.match(text):
        year, month, day = iso.groups()
    elif british := _DAY_FIRST.match(text):
        day, month, year = british.groups()
    else:
        return line(value)
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def blank_is_missing(value: Any) -> Any:
    """Give None for a field that was left blank: what is missing never blocks (B3)."""
    if not isinstance(value, str) or _BEGINS.match(value):
        return value
    return value if line_or_empty(value) else None


def line_or_empty(value: str) -> str:
    """Give what can be seen of a text; a NUL counts, so that it is refused with its reason."""
    return "\0" if "\0" in value else str(line(value))
