"""What a reply may lack: it is then returned to its agency, which mends it, and not passed on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mash_shared.answers import Answer

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "no_professional": "The reply must name who answers for the agency, and what they are.",
        "no_facts": "The state `information` needs facts.",
        "no_analysis": "Facts need an analysis: what they mean for the children.",
        "fact_id_twice": "Each fact of a reply needs an id of its own.",
        "unknown_child": "A fact is about a child whom the request does not name.",
        "facts_out_of_place": "Facts come with the state `information` and with no other.",
        "no_reason": "A declined request needs a reason.",
        "answered_already": "The agency has answered: `unavailable` replaces no answer.",
        "reply_changed": "The reply says something else under an earlier one's id.",
    }
)
"""Why a reply is returned, by its code: codes stay the same, sentences may change."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a reply is returned, and the part of it that is wrong as a JSON pointer."""

    code: str
    pointer: str | None


def lacks(answer: Answer, children: Collection[str]) -> Iterator[Lack]:
    """Give what an answer about these children lacks, whatever was said before (G1, G2, G5, G6)."""
    informs = answer.state == "information"
    if answer.facts and not informs:
        yield Lack("facts_out_of_place", "/facts")
    if informs and not answer.facts:
        yield Lack("no_facts", "/facts")
    if informs and not answer.analysis:
        yield Lack("no_analysis", "/analysis")
    if answer.state == "declined" and not answer.declined_reason:
        yield Lack("no_reason", "/declined_reason")
    who = answer.designated_professional
    if answer.state != "unavailable" and not (who and who.full_name and who.role):
        yield Lack("no_professional", "/designated_professional")
    yield from _wrong_in_facts(answer, children)


def _wrong_in_facts(answer: Answer, children: Collection[str]) -> Iterator[Lack]:
    seen: set[str] = set()
    for nth, fact in enumerate(answer.facts):
        if fact.fact_id in seen:
            yield Lack("fact_id_twice", f"/facts/{nth}/fact_id")
        seen.add(fact.fact_id)
        for place, child in enumerate(fact.about):
            if child not in children:
                yield Lack("unknown_child", f"/facts/{nth}/about/{place}")
