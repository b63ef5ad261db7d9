"""The packs side by side: one row per matter in which councils differ, one column per council."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from rich.table import Table

from mash_shared.policy.consent import ConsentRule
from mash_shared.policy.hours import OpenHours, Weekday
from mash_shared.policy.levels import OTHER
from mash_shared.policy.loading import PolicyPacks
from mash_shared.policy.pack import Pack
from mash_shared.policy.terms import Origin, keys_of

MARKS = {Origin.PAGE: "", Origin.STATED_DEFAULT: " °", Origin.ASSUMPTION: " †"}
LEGEND = (
    "° the council's pages are silent and the stated default holds; "
    "† the pages are silent or say only a part, and the pack says for itself what holds."
)


class Row(NamedTuple):
    """A matter, and what each council says of it in the order of the packs."""

    title: str
    cells: tuple[str, ...]


class _Matter(NamedTuple):
    title: str
    say: Callable[[Pack], Iterable[str]]


def rows(packs: PolicyPacks) -> Iterator[Row]:
    """Give the table row by row."""
    for matter in _MATTERS:
        yield Row(matter.title, tuple("; ".join(matter.say(pack)) for pack in packs))


def as_table(packs: PolicyPacks) -> Table:
    """Give the table for a terminal."""
    table = Table("", *(pack.council.name for pack in packs), show_lines=True, caption=LEGEND)
    for row in rows(packs):
        table.add_row(row.title, *row.cells)
    return table


def as_markdown(packs: PolicyPacks) -> str:
    """Give the page for `docs/policies.md`."""
    lines = [
        "# The councils' policies side by side",
        "",
        "Generated from `deploy/policies` by `make policies`; change the packs, not this page.",
        LEGEND,
        "",
        "| | " + " | ".join(pack.council.name for pack in packs) + " |",
        "|---" * (len(packs) + 1) + "|",
    ]
    lines += [f"| {' | '.join((row.title, *row.cells))} |" for row in rows(packs)]
    waiting = ", ".join(f"`{key}`" for key, read in keys_of(Pack) if not read)
    lines += ["", f"No service goes by these keys yet: {waiting}."]
    return "\n".join(lines) + "\n"


def _value(key: str) -> Callable[[Pack], Iterable[str]]:
    """Read the value at a dotted key, and mark where it comes from."""

    def say(pack: Pack) -> Iterator[str]:
        value: object = pack
        for part in key.split("."):
            value = getattr(value, part)
        if value is not None:
            yield _words(value) + MARKS[pack.origin(key)]

    return say


def _named(section: str) -> Callable[[Pack], Iterable[str]]:
    """List the entries of a section by name, each marked with where it comes from."""

    def say(pack: Pack) -> Iterator[str]:
        entries: object = pack
        for part in section.split("."):
            entries = getattr(entries, part)
        if isinstance(entries, Mapping):
            for code, entry in entries.items():
                yield getattr(entry, "name", str(entry)) + MARKS[pack.origin(f"{section}.{code}")]

    return say


def _clock(kind: str) -> Callable[[Pack], Iterable[str]]:
    """Say what holds for each level that is named, and for the rest."""

    def say(pack: Pack) -> Iterator[str]:
        by_level = getattr(pack.clocks, kind)
        for level in (*by_level.named, OTHER):
            mark = MARKS[pack.origin(f"clocks.{kind}.{level}")]
            yield f"{level}: {_words(by_level.of(level))}{mark}"

    return say


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_words(item) for item in value) or "nobody"
    return str(value).replace("_", " ")


def _hours(pack: Pack) -> Iterator[str]:
    runs: list[tuple[str, str, OpenHours | None]] = []
    for day, hours in zip(Weekday, pack.hours.by_weekday(), strict=True):
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day[:3].title(), hours)
        else:
            runs.append((day[:3].title(), day[:3].title(), hours))
    mark = MARKS[pack.origin("hours.week")]
    for first, last, hours in runs:
        if hours is not None:
            days = first if first == last else f"{first}-{last}"
            yield f"{days} {hours.opens:%H:%M}-{hours.closes:%H:%M}{mark}"


def _rule(rule: ConsentRule) -> str:
    without = rule.without.replace("_", " ")
    override = "" if rule.overridable else ", no override"
    service = rule.service.replace("_", " ")
    return f"{rule.referrer}/{service}: {rule.consent.replace('_', ' ')}, else {without}{override}"


def _consent(pack: Pack) -> list[str]:
    return [_rule(rule) + MARKS[pack.origin("consent.rules")] for rule in pack.consent.rules]


def _notices(pack: Pack) -> list[str]:
    return [
        f"{kind}: {notice.told}{MARKS[pack.origin(f'notices.referrers.{kind}')]}"
        for kind, notice in pack.notices.referrers.items()
    ]


def _disputes(pack: Pack) -> list[str]:
    mark = MARKS[pack.origin("disputes")]
    return [f"{_words(level.role)} ({level.form}){mark}" for level in pack.disputes.levels]


def _years(pack: Pack) -> list[str]:
    mark = MARKS[pack.origin("retention.years")]
    return [f"{_words(kind)}: {years}{mark}" for kind, years in pack.retention.years.items()]


_MATTERS = (
    _Matter("Front door", _value("council.front_door")),
    _Matter("Pack version", _value("council.version")),
    _Matter("Channels", _value("contact.channels")),
    _Matter("Who may refer", _value("contact.sources")),
    _Matter("Request types", _named("contact.request_types")),
    _Matter("Services", _named("contact.services")),
    _Matter("Phone first, form after", _value("contact.phone_first")),
    _Matter("Threshold document", _value("threshold.title")),
    _Matter("First recorder", _value("contact.first_recorders")),
    _Matter("Triage", _value("contact.triage_roles")),
    _Matter("Who speaks first to agency and family", _value("contact.first_talks_by")),
    _Matter("Gate to an enquiry", _value("gate.needed")),
    _Matter("Who starts an enquiry", _value("gate.roles")),
    _Matter("Early help that the hub sends to", _named("places.early_help")),
    _Matter("Teams that the hub sends to", _named("places.teams")),
    _Matter("Services in the community", _named("places.community_services")),
    _Matter("Other councils", _named("places.other_councils")),
    _Matter("Worker named when sent straight for decision", _value("gate.names_worker")),
    _Matter("Reasons for an enquiry", _named("gate.reasons")),
    _Matter("Members", _value("partners.members")),
    _Matter("Mandatory in an enquiry", _value("partners.mandatory")),
    _Matter("Mandatory, still without gateway", lambda pack: pack.awaiting_gateway),
    _Matter("Risk levels", _named("risk_levels")),
    *(
        _Matter(title, _clock(kind))
        for title, kind in (
            ("Agency check", "agency_check"),
            ("Enquiry", "enquiry"),
            ("Decision", "decision"),
            ("Contact record", "contact_record"),
            ("Acknowledgement", "acknowledgement"),
            ("Referrer told", "referrer_told"),
            ("Allocation", "allocation"),
            ("Written follow-up", "written_follow_up"),
            ("Call-back", "call_back"),
            ("First talks", "first_talks"),
            ("Assessment", "assessment"),
            ("Visit on remand", "visit"),
            ("Late news looked at", "late_news"),
            ("Who a child is checked after all", "demographic_check"),
            ("Erased contact forgotten", "erasure"),
            ("Agency chased at", "chase"),
        )
    ),
    _Matter("Times set per case by", _value("clocks.set_per_case_by")),
    _Matter("Hours", _hours),
    _Matter("Bank holidays", _value("hours.bank_holidays")),
    _Matter("Out of hours", _value("out_of_hours.name")),
    _Matter("Out-of-hours telephone", _value("out_of_hours.telephone")),
    _Matter("May break glass", _value("break_glass.roles")),
    _Matter("Broken glass stays open, hours", _value("break_glass.hours")),
    _Matter("Answers subject access requests", _value("subject_access.roles")),
    _Matter("Consent", _consent),
    _Matter("Consent overridden by", _value("consent.override_roles")),
    _Matter("Override grounds", _named("consent.override_grounds")),
    _Matter("Do-not-inform grounds", _named("consent.do_not_inform_grounds")),
    _Matter("Referrer's exceptions", _named("consent.referrer_exceptions")),
    _Matter("Recently closed, months", _value("routing.closed_within_months")),
    _Matter("Repeat referrals", _value("routing.repeat_referrals")),
    _Matter("Recommends", _value("deciding.recommender_roles")),
    _Matter("Decides", _value("deciding.decider_roles")),
    _Matter("Must be two people", _value("deciding.must_differ")),
    _Matter("Outcomes", _named("outcomes")),
    _Matter("What referrers are told", _notices),
    _Matter("Told by", _value("notices.sender_roles")),
    _Matter("Disagreements", _disputes),
    _Matter("Requests to the hub", _named("reverse_enquiries")),
    _Matter("Told others on the basis of", _named("disclosing.bases")),
    _Matter("Kept after it came to rest, years", _years),
    _Matter("Sets and lifts holds", _value("retention.hold_roles")),
    _Matter("Proposes that a contact is erased", _value("retention.propose_roles")),
    _Matter("Agrees that it is", _value("retention.agree_roles")),
)
