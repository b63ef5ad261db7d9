"""What each hearer holds of a contact is what intake's document says of it, at rest (I2, E1)."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from intake.domain.case import KNOWN_PREFIX, KnownCase
from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.family import family_of
from intake.domain.found import RecordKind
from intake.domain.match import Match
from intake.domain.search import found_for, near
from mash_shared.people import Family
from simulation.news import Body, News, Raw, outcomes
from simulation.people import is_contact

CONTACT, CASE = TypeAdapter(Contact), TypeAdapter(KnownCase)
FACTS, FAMILY = TypeAdapter(Facts), TypeAdapter(Family)


def asked_of_what_holds(news: News) -> Iterator[str]:
    """F1: an enquiry tells agencies what the contact said when it was authorised."""
    told = {
        body["contact_id"]: body
        for record in news.records
        if record.topic.startswith("enquiry.authorised.")
        for body in [Body(record).fields]
    }
    waiting: dict[str, Raw] = news.history.memory.setdefault("authorised", {})
    for change in news.of("intake"):
        if change.newly("authorisation"):
            waiting[change.id] = change.now
    for id_ in told.keys() & waiting.keys():
        state, body = waiting.pop(id_), told[id_]
        ways = state["ways"].items()
        let_out = [child for child, way in ways if way["let_out_at"]]
        family = family_of(FACTS.validate_python(state["facts"]), let_out)
        if FAMILY.validate_python(body["family"]) != family:
            yield f"held the enquiry about {id_} names a family that was corrected before"
        if body["concern"] != state["facts"]["concern"]:
            yield f"held the enquiry about {id_} tells a concern that was corrected before"
        basis = state["authorisation"]["lawful_basis"]
        if body["lawful_basis"] != {name: said for name, said in basis.items() if said is not None}:
            yield f"held the enquiry about {id_} goes out on another basis than is on record"


def _is_to_know(news: News, process: str, contact: Raw, state: Raw) -> bool:
    """Whether a hearer is to hold what holds now: not who was told, or asks nobody any more."""
    if process in ("intake", "ops") or not state.get("council") or "said_hash" in state:
        return False
    if process == "notify":
        return not (contact["told_at"] or contact["ending"] or contact["alleged_in"])
    if process.startswith("agency-gateway"):
        enquiry = news.state("enquiry", state["enquiry_id"])
        return not (state["taken_back_at"] or enquiry.get("withdrawn_at"))
    if process == "decision":
        way = contact["ways"].get(state["id"], {})
        gone = way.get("struck") or way.get("split_off_to") or way.get("handed_over")
        return bool(state["opened_at"]) and not gone
    return process != "enquiry" or not state["withdrawn_at"]


def same_contact(news: News) -> Iterator[str]:
    """Council, level and lane are everywhere those of the contact."""
    for process in news.hub.collections:
        for id_, raw in news.kept(process).items():
            state = raw["state"]
            contact = news.state("intake", state.get("contact_id") or "")
            if contact and _is_to_know(news, process, contact, state):
                for name in ("council", "urgency", "lane"):
                    if state[name] != contact[name]:
                        yield f"held {process} {id_} has another {name} than its contact"


def outcomes_agree(news: News) -> Iterator[str]:
    """I2, H: intake and notify have the outcomes that were decided, and no others."""
    decided: dict[str, dict[str, str]] = {}
    for id_, raw in news.kept("decision").items():
        state = raw["state"]
        if state["decision"]:
            decided.setdefault(state["contact_id"], {})[id_] = state["decision"]["kind"]
    for id_, state in _contacts(news):
        if outcomes(state) != decided.get(id_, {}):
            yield f"held intake has other outcomes for {id_} than were decided"
        notice = news.state("notify", id_)
        if notice and notice["outcomes"] != decided.get(id_, {}):
            yield f"held notify has other outcomes for {id_} than were decided"


def work_agrees(news: News) -> Iterator[str]:
    """N5, N6: whoever decides knows what the law has somebody do first, as it stands now."""
    for id_, state in _contacts(news):
        law = [task for task in state["tasks"] if task["kind"] == "circumstance"]
        still = [(task["of"], task["child_id"]) for task in law if not task["done"]]
        here = (one["child_id"] for one in state["facts"]["children"])
        for child in (one for one in here if not state["ways"][one]["handed_over"]):
            work = news.state("decision", child).get("work") or {"outstanding": []}
            ours = list(dict.fromkeys(of for of, whose in still if whose in (None, child)))
            if work["outstanding"] != ours:
                yield f"held decision {child} knows of other work than {id_} has for them"


def stops_agree(news: News) -> Iterator[str]:
    """D15: an enquiry is stopped where intake says so, and nowhere else."""
    for id_, state in _contacts(news):
        if state["authorisation"]:
            enquiry = news.state("enquiry", state["authorisation"]["enquiry_id"])
            if bool(enquiry.get("withdrawn_at")) != bool(state["stopped_at"]):
                yield f"held enquiry of {id_} goes on or stands still against its contact"


def tellings_agree(news: News) -> Iterator[str]:
    """J6: intake knows who was told and how it ended; notify knows how the contact ended."""
    for id_, state in _contacts(news):
        notice = news.state("notify", id_)
        if not notice:
            continue
        ended = (state["ending"] or {}).get("ended_as") if state["alleged_in"] is None else None
        if notice["ended_as"] != ended and state["path"] == "child_concern":
            yield f"held notify knows another end of {id_}"
        if notice["phase"] == "delivered" and not state["told_at"]:
            yield f"held intake does not know that the referrer of {id_} was told"


def matches_agree(news: News) -> Iterator[str]:
    """E1: a contact at the gate is matched with the cases that its facts are alike to, as they are.

    What a person has said of a record, or is to say, is kept, found again or not, and is left out;
    so is who is around the children, which routes nothing.
    """
    intake = news.kept("intake")
    seen = news.history.memory.setdefault("matched", {})
    now = {id_: raw["version"] for id_, raw in intake.items()}
    if seen == now:
        return
    news.history.memory["matched"] = now
    cases = [
        CASE.validate_python(raw["state"])
        for id_, raw in intake.items()
        if id_.startswith(KNOWN_PREFIX)
    ]
    for id_, state in _contacts(news):
        if state["state"] == "recorded" and not state["look_wanted"]:
            contact: Contact = CONTACT.validate_python(state)
            ours = [case for case in near(contact, cases) if case.council == contact.council]
            found = found_for(contact, ours, ())
            wanted = {_match(one) for one in found if one.is_about_the_children}
            matches = [m for m in contact.matching.matches if m.found.is_about_the_children]
            has = {_match(m.found) for m in matches if m.found.kind is RecordKind.CASE}
            judged = {_match(m.found) for m in matches if _is_kept(m)}
            if wanted - has or has - judged - wanted:
                yield f"held contact {id_} keeps matches of facts or cases that changed since"


def _is_kept(match: Match) -> bool:
    earlier = "earlier_facts" in match.found.reasons
    return bool(match.verdicts or match.rested_on or earlier)


def _match(found: Any) -> tuple[Any, ...]:
    return (found.record_id, found.child_id, found.certainty, found.status, found.worker)


def _contacts(news: News) -> Iterator[tuple[str, Raw]]:
    for id_, raw in news.kept("intake").items():
        if is_contact(id_) and raw["state"]["recorded_at"]:
            yield id_, raw["state"]


AFTER_EVERY_STEP = (asked_of_what_holds,)
AT_REST = (
    same_contact,
    outcomes_agree,
    work_agrees,
    stops_agree,
    tellings_agree,
    matches_agree,
)
