"""Protection first: ended by nobody alone, stopped by no consent, unallocated in no silence."""

from collections.abc import Iterator

from mash_shared.policy.consent import WithoutConsent
from mash_shared.vocabulary import Lane
from simulation.news import News, Raw
from simulation.people import is_contact

MANAGERS = ("mash_manager", "head_of_mash")
GOES_ON = ("joined", "to_allocated_worker", "to_last_team", "answered")
HAS_THE_CHILD = ("joined", "to_allocated_worker", "to_last_team")


def is_about_protection(news: News, state: Raw) -> bool:
    """Harm or danger said; of who refers also protection asked for, or the red lane (C8, E6)."""
    pack = news.pack(state["council"])
    services = map(pack.service_of, (state["request_type"], *state["also_asked"]))
    asked = pack.contact.protection_service in services
    harm = state["facts"]["significant_harm"] == "yes"
    concern = state["path"] != "request_to_the_hub"
    said = harm or state["immediate_danger"]
    red = pack.risk_levels[state["urgency"]].lane is Lane.RED
    return bool(said or (concern and (asked or red)))


def ended_alone(news: News) -> Iterator[str]:
    """Nobody ends a contact about protection but with the sign-off of a manager, somebody else."""
    for change in news.of("intake"):
        if not change.newly("ending") or not is_about_protection(news, change.now):
            continue
        ending = change.now["ending"]
        signed = ending["signed_off_by"] or ""
        by_manager = any(role in signed for role in MANAGERS) and signed != ending["by"]
        in_a_concern = ending["ended_as"] == "noted" and ending["to"]
        if ending["ended_as"] not in GOES_ON and not in_a_concern and not by_manager:
            yield f"ended-alone contact {change.id} ended as {ending['ended_as']}"


def stopped(news: News) -> Iterator[str]:
    """Want of consent stops no contact about protection; that no child is left does."""
    for change in news.of("intake"):
        here = [child["child_id"] for child in change.now["facts"]["children"]]
        asked = any(change.now["ways"][child]["let_out_at"] for child in here)
        if asked and change.newly("stopped_at") and is_about_protection(news, change.now):
            yield f"stopped contact {change.id}"


def unseen(news: News) -> Iterator[str]:
    """A contact about protection stands in the queue of allocation until each child has somebody.

    A concern that was raised from a request is somebody for the children whom it is about (E6).
    """
    for id_, raw in news.kept("intake").items():
        state = raw["state"]
        if not is_contact(id_) or not state["recorded_at"]:
            continue
        waits = "allocation" in state["waiting"]
        if is_about_protection(news, state) and not _everybody_has(state) and not waits:
            yield f"unseen contact {id_} ({state['state']})"


def _everybody_has(state: Raw) -> bool:
    """Whether a worker has the contact, or each child somebody, or a manager let it be."""
    ending = state["ending"] or {}
    went = ending.get("ended_as") in HAS_THE_CHILD or ending.get("signed_off_by")
    here = [child["child_id"] for child in state["facts"]["children"]]
    if state["allocation"] or ending.get("ended_as") == "joined":
        return True
    raised = state["raised_for"].values()
    if not here:
        return bool(went) or any(not children for children in raised)
    elsewhere = {child for children in raised for child in children}
    if went:
        elsewhere |= {*state["ended_for"]}
    return all(child in elsewhere or _is_seen_to(state, child) for child in here)


def _is_seen_to(state: Raw, child: str) -> bool:
    way = state["ways"][child]
    asked = state["authorisation"] and way["let_out_at"]
    return bool(asked or way["handed_over"])


def early_help(news: News) -> Iterator[str]:
    """D4: no professional's contact, or part of one, ends in early help without consent to it."""
    for change in news.of("intake"):
        ending, state = change.now["ending"], change.now
        if not change.newly("ending") or not ending["early_help"] or not state["facts"]["children"]:
            continue
        own = (state["facts"]["referrer"] or {}).get("kind")
        kinds = {own, *(one["kind"] for one in state["heard_from"].values())} - {None}
        pack = news.pack(state["council"])
        rules = [pack.consent.rule(kind, one) for kind in kinds for one in pack.contact.services]
        said = state["consent"]["said"] or {}
        agreed = said.get("status") == "given" and said.get("consent_to_service") == "yes"
        refused = state["consent"]["is_withdrawn"] or said.get("status") == "refused"
        needed = any(rule.without is WithoutConsent.REFUSE for rule in rules)
        if refused or (needed and not agreed):
            yield f"early-help contact {change.id} went there without consent"


AFTER_EVERY_STEP = (ended_alone, stopped, early_help)
AT_REST = (unseen,)
