"""What was said of consent: by whom it was given, or why not (D1, D2, D3, D6, D14, D18)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from intake.domain.facts import YesNo
from mash_shared.people import Moment, ProseOrMissing, Short, ShortOrMissing
from mash_shared.vocabulary import ConsentStatus

FEWEST_WORDS = 3
"""Words that say anything; a full stop explains nothing."""
_WORD = re.compile(r"[^\W\d_]{2,}")


class GivenBy(StrEnum):
    """Who consented; one person with parental responsibility is enough (D3)."""

    CHILD = "child"
    PARENT = "parent"
    PERSON_WITH_PARENTAL_RESPONSIBILITY = "person_with_parental_responsibility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed:
    """That the family was told of the contact, a weaker duty than consent (D6)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    by: Short
    at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungPersonsConsent:
    """The young person's own view, and whether asking is appropriate (D14)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    appropriate: YesNo = YesNo.UNKNOWN
    status: ConsentStatus | None = None
    note: ProseOrMissing = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What is known of consent to share (D1, D6, D19).

    `consent_to_service` is another matter than consent to share (T9). `do_not_inform` is a ground
    of the policy for not telling the family, `exception` a referrer's reason for not asking.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    status: ConsentStatus
    given_by: GivenBy | None = None
    given_by_name: ShortOrMissing = None
    consent_to_service: YesNo = YesNo.UNKNOWN
    informed: Informed | None = None
    do_not_inform: ShortOrMissing = None
    do_not_inform_because: ProseOrMissing = None
    exception: ShortOrMissing = None
    explanation: ProseOrMissing = None
    young_person: YoungPersonsConsent | None = None

    @property
    def is_given(self) -> bool:
        """Whether somebody who is named gave it (D3), and no young person said no (D14)."""
        named = self.given_by is not None and self.given_by_name is not None
        given = self.status is ConsentStatus.GIVEN and named
        return given and not self.is_refused_by_the_young_person

    @property
    def is_refused(self) -> bool:
        """Whether somebody whom it is right to ask said no."""
        return self.status is ConsentStatus.REFUSED or self.is_refused_by_the_young_person

    @property
    def is_refused_by_the_young_person(self) -> bool:
        """Whether the young person, where it is right to ask, said no (D14)."""
        own = self.young_person
        asked = own is not None and own.appropriate is YesNo.YES
        return asked and own is not None and own.status is ConsentStatus.REFUSED

    @property
    def is_explained(self) -> bool:
        """Whether it is said in words, or by a code of the policy, why there is none (D18, D19)."""
        words = _WORD.findall(self.explanation or "")
        return self.exception is not None or len(words) >= FEWEST_WORDS
