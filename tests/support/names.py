"""Invented children whom no index takes for one another: names that sound apart, dates apart."""

CONSONANTS = "bdfgklmnprstvzwj"
VOWELS = "aeiou"


def child_of(key: str) -> dict[str, str]:
    """Give name and date of birth of a child, the same for the same hexadecimal key of 12."""
    digits = [int(one, 16) for one in key[:12]]
    sounds = [CONSONANTS[one] + VOWELS[one % len(VOWELS)] for one in digits[:8]]
    given, family = "".join(sounds[:4]).title(), "".join(sounds[4:]).title()
    year, month, day = 2009 + digits[8] % 12, 1 + digits[9] % 12, 1 + digits[10] + digits[11] % 12
    return {"full_name": f"{given} {family}", "date_of_birth": f"{year}-{month:02}-{day:02}"}
