"""Invented findings of five agencies. Nobody here exists; no fact names a person."""

from dataclasses import dataclass
from typing import Final

DECLINED_REASON: Final = (
    "Disclosure now would be more detrimental to the child than withholding it (Children Act 2004, "
    "section 16LA(3)). Reviewed by the designated professional; please telephone before acting."
)
UNAVAILABLE_ANALYSIS: Final = "Our records system is closed for maintenance; no search was made."


@dataclass(frozen=True, slots=True)
class Picture:
    """Facts that belong together, each with its relevance, and what the agency makes of them."""

    facts: tuple[dict[str, str], ...]
    analysis: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What one agency may find, and its words where it finds nothing."""

    pictures: tuple[Picture, ...]
    nothing_known: str


def _fact(text: str, relevance: str, handling: str = "professionals_only") -> dict[str, str]:
    return {"text": text, "relevance": relevance, "handling": handling}


PROFESSIONALS: Final = {
    "police": {"full_name": "Amara Whitlock", "role": "Detective sergeant, child protection"},
    "health": {"full_name": "Rowan Adeyemi-Hart", "role": "Named nurse"},
    "education": {"full_name": "Idris Pellworth", "role": "Designated safeguarding lead"},
    "probation": {"full_name": "Seren Okonjo-Vale", "role": "Senior probation officer"},
    "domestic-abuse": {"full_name": "Mabli Thackray", "role": "Independent adviser"},
}

FINDINGS: Final = {
    "police": Findings(
        (
            Picture(
                (
                    _fact(
                        "Two domestic incidents at the home address in the last twelve months; "
                        "the children were in the house on both occasions.",
                        "The children have heard or seen the incidents.",
                    ),
                    _fact(
                        "No arrests and no convictions of any adult at the address.",
                        "Nothing on record restricts contact with the children.",
                    ),
                ),
                "A pattern of verbal conflict that has become more frequent since the spring.",
            ),
            Picture(
                (
                    _fact(
                        "One report of the child missing for five hours, found at a friend's home.",
                        "Shows how the family responded: they called within the hour.",
                    ),
                ),
                "A single episode, reported promptly and well explained.",
            ),
        ),
        "The address and every adult were searched locally and nationally; nothing is recorded.",
    ),
    "health": Findings(
        (
            Picture(
                (
                    _fact(
                        "Three of the last five community paediatric appointments were missed.",
                        "The child's asthma is not being reviewed as planned.",
                    ),
                    _fact(
                        "The health visitor saw the younger child at home in the last month: "
                        "growing well, clean and responsive.",
                        "Basic care was good when last seen.",
                    ),
                ),
                "Warm care at home with growing difficulty in keeping appointments.",
            ),
            Picture(
                (
                    _fact(
                        "One emergency attendance with a wrist sprain; the account matched it.",
                        "The attendance by itself raises no concern about its cause.",
                    ),
                ),
                "Immunisations are up to date; the practice holds no safeguarding entry.",
            ),
        ),
        "The child is registered with a practice, which holds no safeguarding entry.",
    ),
    "education": Findings(
        (
            Picture(
                (
                    _fact(
                        "Attendance fell from 96 % last year to 81 % this term, mostly Mondays.",
                        "The fall began when the concern is said to have begun.",
                    ),
                    _fact(
                        "The child told a teaching assistant of being tired and hungry, twice.",
                        "The child's own words, written down the same day.",
                    ),
                ),
                "A marked change in a child who had settled well; the parent answers calls.",
            ),
            Picture(
                (
                    _fact(
                        "Attendance is 97 %; the parent comes to every meeting.",
                        "School sees steady care and an engaged parent.",
                    ),
                ),
                "No safeguarding entry beyond one conversation about online games.",
            ),
        ),
        "The child is on roll at no school or nursery of this area.",
    ),
    "probation": Findings(
        (
            Picture(
                (
                    _fact(
                        "An adult of the household is under a community order until the autumn; "
                        "all appointments were kept.",
                        "The order has no condition about contact with children.",
                    ),
                ),
                "Assessed as a low risk of serious harm; motivated by the children.",
            ),
            Picture(
                (
                    _fact(
                        "An adult linked to the address left prison on licence eight weeks ago.",
                        "The licence address is another one: staying here would breach it.",
                    ),
                ),
                "Medium risk of harm to known adults; the supervising officer will visit.",
            ),
        ),
        "No adult of the household is known to the service.",
    ),
    "domestic-abuse": Findings(
        (
            Picture(
                (
                    _fact(
                        "The parent contacted the helpline twice this year and made a safety plan.",
                        "The parent acts to protect the children and accepts help.",
                    ),
                    _fact(
                        "The parent was heard at a risk assessment conference in the past year.",
                        "The risk was then judged high; the actions were completed.",
                    ),
                ),
                "Risk lower than a year ago, and dependent on the separation holding.",
            ),
        ),
        "The family is not known to our services.",
    ),
}
