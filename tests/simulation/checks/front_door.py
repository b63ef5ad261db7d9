"""The front door: consent, overrides, prompts, children said to do harm (2-4, 6, 7, 19, 20)."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from mash_shared.vocabulary import ReferrerKind
from simulation.checks.protection import is_about_protection
from simulation.news import News, Raw, outcomes
from simulation.people import is_contact

REFUSED = ("refused",)


def overridden_by_entitled(news: News) -> Iterator[str]:
    """2: an override is a manager's, with a rationale, and the ground is the policy's."""
    for change in news.of("intake"):
        pack = news.pack(change.now["council"])
        for one in change.now["consent"]["overrides"]:
            may = {role.value for role in pack.consent.override_roles}
            if one["by"].split("-")[-2] not in may or not one["rationale"].strip():
                yield f"2 contact {change.id} was overridden by {one['by']}"
            if one["ground"] not in pack.consent.override_grounds:
                yield f"2 contact {change.id} was overridden on no ground of the policy"
        said = change.now["consent"]["said"] or {}
        ground = said.get("do_not_inform")
        if ground is not None and ground not in pack.consent.do_not_inform_grounds:
            yield f"2 contact {change.id} keeps the family uninformed on no ground of the policy"


def early_help_needs_consent(news: News) -> Iterator[str]:
    """3: Havering, professional, early help, no consent: no enquiry, no early help."""
    for change in news.of("intake"):
        state = change.now
        lacks = _never_without_consent(news, state)
        if change.newly("authorisation") and lacks and not is_about_protection(news, state):
            yield f"3 contact {change.id} was authorised without the consent it needs"
        before = outcomes(change.was)
        new = {kind for child, kind in outcomes(state).items() if child not in before}
        helped = "early_help" in new
        if helped and _never_without_consent(news, state):
            yield f"early-help contact {change.id} ends in early help without consent"


def _never_without_consent(news: News, state: Raw) -> bool:
    referrer = state["facts"]["referrer"] or {}
    pack = news.pack(state["council"])
    service = pack.service_of(state["request_type"])
    if state["council"] != "havering" or service != "early_help":
        return False
    if referrer.get("kind") != ReferrerKind.PROFESSIONAL:
        return False
    said = state["consent"]["said"] or {}
    given = said.get("status") == "given" and said.get("given_by") and said.get("given_by_name")
    return not given or state["consent"]["is_withdrawn"]


def public_is_not_blocked(news: News) -> Iterator[str]:
    """4: nothing waits for the consent of a member of the public's contact."""
    for action, result in news.calls:
        if type(result.error).__name__ != "NoConsentError":
            continue
        state = news.state("intake", action["path"].get("contact_id", ""))
        referrer = state.get("facts", {}).get("referrer") or {}
        said = state.get("consent", {}).get("said") or {}
        young = said.get("young_person") or {}
        no = REFUSED if young.get("appropriate") == "yes" else ()
        refused = said.get("status") in REFUSED or young.get("status") in no
        refused = refused or bool(state["consent"]["withdrawals"])
        if referrer.get("kind") == ReferrerKind.PUBLIC and not refused:
            yield f"4 contact {state['id']} of a member of the public was blocked"


def one_prompt(news: News) -> Iterator[str]:
    """7: three referrals of one child raise exactly one prompt; a group came in one referral.

    Where a number comes with several names a person is asked first whose it is.
    """
    asked = set[tuple[str, str]]()
    came: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    prompts: Counter[tuple[str, str]] = Counter()
    for state in _referrals(news):
        numbers = {child["nhs_number"] for child in state["facts"]["children"]} - {None}
        for who in ((state["council"], number) for number in numbers):
            came[who].add(state["group_id"] or state["id"])
            prompts[who] += bool(state["matching"]["prompt"])
            if "matches" in state["waiting"] or _parted(state):
                asked.add(who)
    for who, often in came.items():
        unasked = prompts[who] > 1 or who not in asked
        if len(often) >= 3 and prompts[who] != 1 and unasked:
            yield f"prompt {len(often)} referrals of one child raised {prompts[who]} prompts"


def _parted(state: Raw) -> bool:
    """Whether a person has said that another contact is of somebody else."""
    matches = (one for one in state["matching"]["matches"] if one["found"]["kind"] == "contact")
    return any(one["verdicts"] and not one["verdicts"][-1]["same"] for one in matches)


def _referrals(news: News) -> Iterator[Raw]:
    for id_, raw in news.kept("intake").items():
        state = raw["state"]
        if not is_contact(id_) or state["path"] != "child_concern" or state["alleged_in"]:
            continue
        if (state["ending"] or {}).get("ended_as") != "joined" and state["recorded_at"]:
            yield state


def children_said_to_harm_have_a_record(news: News) -> Iterator[str]:
    """19: a child said to do harm has a contact of their own."""
    for raw in list(news.kept("intake").values()):
        for own in raw["state"].get("alleged_contacts", {}).values():
            children = news.state("intake", own).get("facts", {}).get("children")
            if not children and own not in news.erased:
                yield f"19 the child of contact {own} has no record"


def joined_contacts_go_on(news: News) -> Iterator[str]:
    """A9: what was joined is part of one that goes on, or somebody was told that none does."""
    raws = news.kept("intake")
    for id_ in [one for one in raws if is_contact(one)]:
        way = [id_]
        while (to := _joined_to(raws[way[-1]]["state"])) in raws and to not in way:
            way.append(to)
        looked_at = (task["what"] for one in way for task in raws[one]["state"]["tasks"])
        if to and not any(what and "neither goes on" in what for what in looked_at):
            yield f"A9 contacts {sorted(way)} are part of each other, and nobody knows"


def _joined_to(state: Raw) -> str | None:
    ending: Raw = state["ending"] or {}
    return ending["to"] if ending.get("ended_as") == "joined" else None


def responsible_authority(news: News) -> Iterator[str]:
    """20: the mother's home authority before the placement, the prison's after it."""
    for action, result in news.calls:
        shown = result.shown
        if result.outcome != "done" or not hasattr(shown, "responsible_authority"):
            continue
        state = news.state("intake", shown.contact_id)
        unit = state["facts"]["circumstances"]["mother_and_baby_unit"]
        if unit and shown.version == news.kept("intake")[state["id"]]["version"]:
            placed = state["placements"] and state["placements"][-1]["placed"]
            name = "prison_authority" if placed else "home_authority"
            if shown.responsible_authority != unit[name]:
                yield f"20 contact {state['id']} names the wrong authority to {action['route']}"


AFTER_EVERY_STEP = (
    overridden_by_entitled,
    early_help_needs_consent,
    public_is_not_blocked,
    responsible_authority,
)
AT_REST = (one_prompt, children_said_to_harm_have_a_record, joined_contacts_go_on)
