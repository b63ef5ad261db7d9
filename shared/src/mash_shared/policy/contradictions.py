"""What a pack may not say because another part of it says otherwise."""

from collections.abc import Iterable, Iterator, Mapping

from mash_shared.policy.acts import ASSESSMENTS, Deciding, OutcomePolicy, ReverseEnquiry
from mash_shared.policy.consent import ConsentPolicy, Expectation, WithoutConsent
from mash_shared.policy.errors import Contradiction
from mash_shared.policy.front_door import BreakGlass
from mash_shared.policy.hours import Hours
from mash_shared.policy.limits import of_levels, of_limits
from mash_shared.policy.pack import Pack
from mash_shared.policy.places import Places
from mash_shared.policy.telling import Notices, TellWhat
from mash_shared.vocabulary import MANAGERS, ReferrerKind, Role, StatutoryBasis


def contradictions(pack: Pack, file_stem: str) -> Iterator[Contradiction]:
    """Give everything in which the pack contradicts itself or the name of its file."""
    if pack.council.id != file_stem:
        yield Contradiction(
            "council.id", pack.council.id, f"name the file {pack.council.id}.toml, or mend the id"
        )
    yield from _roles(pack)
    yield from _agencies(pack)
    yield from of_levels(pack)
    yield from of_limits(pack)
    yield from _hours(pack.hours)
    yield from _consent(pack.consent, set(pack.contact.services))
    yield from _break_glass(pack.break_glass)
    yield from _protection(pack.consent, pack.contact.protection_service)
    yield from _deciding(pack.deciding)
    yield from _outcomes(pack.outcomes)
    yield from _notices(pack.notices)
    yield from _contact(pack)
    yield from _places(pack.places)
    yield from _requests(pack.reverse_enquiries)
    yield from _gateways(pack)


def _roles(pack: Pack) -> Iterator[Contradiction]:
    named: dict[str, Iterable[Role]] = {
        "contact.first_recorders": pack.contact.first_recorders,
        "contact.triage_roles": pack.contact.triage_roles,
        "contact.record_completed_by": pack.contact.record_completed_by,
        "contact.first_talks_by": pack.contact.first_talks_by,
        "gate.roles": pack.gate.roles,
        "gate.coordinator_roles": pack.gate.coordinator_roles,
        "clocks.set_per_case_by": pack.clocks.set_per_case_by,
        "out_of_hours.role": (pack.out_of_hours.role,),
        "break_glass.roles": pack.break_glass.roles,
        "subject_access.roles": pack.subject_access.roles,
        "consent.override_roles": pack.consent.override_roles,
        "deciding.recommender_roles": pack.deciding.recommender_roles,
        "deciding.decider_roles": pack.deciding.decider_roles,
        "notices.sender_roles": pack.notices.sender_roles,
        **{f"retention.{key}": of for key, of in pack.retention.roles.items()},
        "disputes.levels": tuple(level.role for level in pack.disputes.levels),
    }
    for key, roles in named.items():
        for role in roles:
            if role not in pack.roles:
                yield Contradiction(key, role, f"add {role} to [roles] or name a role listed there")


def _agencies(pack: Pack) -> Iterator[Contradiction]:
    known, members = set(pack.agencies), set(pack.partners.members)
    for agency in pack.partners.members:
        if agency not in known:
            yield Contradiction("partners.members", agency, f"describe it in [agencies.{agency}]")
    for agency in pack.partners.mandatory:
        if agency not in members:
            fix = "add it to partners.members: an enquiry goes to members only"
            yield Contradiction("partners.mandatory", agency, fix)
    names = [agency.name.casefold() for agency in pack.agencies.values()]
    for key, agency_data in pack.agencies.items():
        if names.count(agency_data.name.casefold()) > 1:
            fix = "two agencies have this name: keep one of them"
            yield Contradiction(f"agencies.{key}.name", agency_data.name, fix)
    if known >= members >= set(pack.partners.mandatory) and not pack.mandatory_agencies:
        fix = "let one mandatory agency have a gateway, or no enquiry can ever be sent"
        yield Contradiction("partners.mandatory", ", ".join(pack.partners.mandatory), fix)


def _hours(hours: Hours) -> Iterator[Contradiction]:
    for day in sorted(set(hours.closures) & set(hours.openings)):
        fix = "a day cannot be both in hours.closures and in hours.openings: remove one"
        yield Contradiction(f"hours.closures.{day}", hours.closures[day], fix)


def _consent(consent: ConsentPolicy, services: set[str]) -> Iterator[Contradiction]:
    pairs = [(rule.referrer, rule.service) for rule in consent.rules]
    for number, rule in enumerate(consent.rules):
        key = f"consent.rules.{number}"
        if pairs.count((rule.referrer, rule.service)) > 1:
            fix = "keep one rule for this referrer and service"
            yield Contradiction(key, f"{rule.referrer}, {rule.service}", fix)
        if rule.service not in {*services, "any"}:
            fix = f'write "any" or one of contact.services: {", ".join(sorted(services))}'
            yield Contradiction(f"{key}.service", rule.service, fix)
        if rule.consent is Expectation.REQUIRED and rule.overridable:
            fix = "write false, or `expected`: what can be overridden is not required"
            yield Contradiction(f"{key}.overridable", "true", fix)
        if (rule.consent is Expectation.REQUIRED) is not (rule.without is WithoutConsent.REFUSE):
            fix = 'without = "refuse" belongs to consent = "required", and to nothing else'
            yield Contradiction(f"{key}.without", rule.without, fix)
    if ("any", "any") not in pairs:
        fix = 'add a rule with referrer = "any" and service = "any" for what no other rule names'
        yield Contradiction("consent.rules", f"{len(pairs)} rules", fix)


def _protection(consent: ConsentPolicy, service: str) -> Iterator[Contradiction]:
    """Give the rules by which want of consent would keep a child unprotected (D12, D13)."""
    for number, rule in enumerate(consent.rules):
        holds = (rule.referrer, rule.service) in {
            (found.referrer, found.service)
            for found in (consent.found(kind, service) for kind in ReferrerKind)
            if found is not None
        }
        if holds and (rule.without is WithoutConsent.REFUSE or not rule.overridable):
            fix = "nothing stops protection: write overridable = true, and no `refuse`"
            yield Contradiction(f"consent.rules.{number}", f"{rule.referrer}, {rule.service}", fix)


def _break_glass(glass: BreakGlass) -> Iterator[Contradiction]:
    """Give who would look at what they did themselves (S12)."""
    for role in glass.roles:
        if role in MANAGERS:
            fix = "leave it out: managers look at what others opened"
            yield Contradiction("break_glass.roles", role, fix)


def _deciding(deciding: Deciding) -> Iterator[Contradiction]:
    one_role = len({*deciding.recommender_roles, *deciding.decider_roles}) == 1
    if deciding.must_differ and one_role:
        fix = "name a second role, or write must_differ = false: one role cannot differ from itself"
        yield Contradiction("deciding.must_differ", "true", fix)
    if deciding.must_differ and not deciding.recommendation_required:
        fix = "write true: without a recommendation nobody can differ from who recommended"
        yield Contradiction("deciding.recommendation_required", "false", fix)


def _outcomes(outcomes: Mapping[str, OutcomePolicy]) -> Iterator[Contradiction]:
    """Give the assessments that no section asks for, and what is none and has one (H11)."""
    for code, outcome in outcomes.items():
        if (outcome.kind in ASSESSMENTS) is (outcome.statutory_basis is StatutoryBasis.NONE):
            fix = "write s17 or s47 for an assessment by social care, and none for all else"
            key = f"outcomes.{code}.statutory_basis"
            yield Contradiction(key, outcome.statutory_basis, fix)


def _notices(notices: Notices) -> Iterator[Contradiction]:
    for kind in ReferrerKind:
        key, notice = f"notices.referrers.{kind}", notices.referrers.get(kind)
        if notice is None:
            yield Contradiction(key, "nothing", 'add it; told = "nothing" where nobody is told')
            continue
        if (notice.told is TellWhat.NOTHING) is not (notice.template is None):
            fix = 'a template is needed, unless told = "nothing", which has none'
            yield Contradiction(f"{key}.template", str(notice.template), fix)
        if notice.told is TellWhat.OUTCOME and kind is not ReferrerKind.PROFESSIONAL:
            fix = 'write "acknowledgement": only professionals may learn an outcome (K2)'
            yield Contradiction(f"{key}.told", notice.told, fix)
    if notices.telephone_before.surely_longer_than(notices.second_channel_before):
        fix = "let it be shorter than notices.second_channel_before, which is tried first"
        yield Contradiction("notices.telephone_before", str(notices.telephone_before), fix)


def _contact(pack: Pack) -> Iterator[Contradiction]:
    for code, request in pack.contact.request_types.items():
        if request.service is not None and request.service not in pack.contact.services:
            fix = f"name one of contact.services: {', '.join(pack.contact.services)}"
            yield Contradiction(f"contact.request_types.{code}.service", request.service, fix)
        if request.part is not None and request.form is None:
            fix = "name the form that this is a part of, or leave it out"
            yield Contradiction(f"contact.request_types.{code}.part", request.part, fix)
    protection = pack.contact.protection_service
    if protection not in pack.contact.services:
        fix = f"name one of contact.services: {', '.join(pack.contact.services)}"
        yield Contradiction("contact.protection_service", protection, fix)


def _places(places: Places) -> Iterator[Contradiction]:
    codes = [place.code for place in places]
    for place in places:
        if codes.count(place.code) > 1:
            fix = "let each code of [places] stand once: nobody can tell which of them is meant"
            yield Contradiction(f"places.{place.code}", place.name, fix)


def _requests(requests: Mapping[str, ReverseEnquiry]) -> Iterator[Contradiction]:
    for code, request in requests.items():
        key = f"reverse_enquiries.{code}"
        yield from _named(key, request)
        yield from _modes(key, request)


def _gateways(pack: Pack) -> Iterator[Contradiction]:
    """Give the gateways that are named and do not exist, or bring two kinds of request (M10)."""
    named = [one.gateway for one in pack.reverse_enquiries.values() if one.gateway is not None]
    for code, request in pack.reverse_enquiries.items():
        key, gateway = f"reverse_enquiries.{code}.gateway", request.gateway
        if gateway is None:
            continue
        agency = pack.agencies.get(gateway)
        if agency is None or not agency.has_gateway:
            yield Contradiction(key, gateway, "name an agency that has a gateway")
        elif named.count(gateway) > 1:
            yield Contradiction(key, gateway, "one kind of request comes by a gateway: keep one")
        elif gateway not in request.requesters:
            yield Contradiction(key, gateway, "name it among the requesters as well")
        elif None in (request.mode_of(tells=True), request.mode_of(tells=False)):
            fix = "write only_told_mode, and a mode in which it asks: an agency does both"
            yield Contradiction(key, gateway, fix)


def _named(key: str, request: ReverseEnquiry) -> Iterator[Contradiction]:
    """Give the duties and modes that are named somewhere and are none of the request's."""
    for name, said in (
        ("duties_when_only_told", request.duties_when_only_told),
        ("answered_by", request.answered_by),
    ):
        for duty in said:
            if duty not in request.duties:
                fix = f"name some of its duties: {', '.join(request.duties)}"
                yield Contradiction(f"{key}.{name}", duty, fix)
    for name, mode in (
        ("only_told_mode", request.only_told_mode),
        ("only_known_mode", request.only_known_mode),
    ):
        if mode is not None and mode not in request.modes:
            fix = f"name one of its modes: {', '.join(request.modes) or 'it has none'}"
            yield Contradiction(f"{key}.{name}", mode, fix)


def _modes(key: str, request: ReverseEnquiry) -> Iterator[Contradiction]:
    """Give what does not go together where they only tell, or only ask whether one is known."""
    mode = request.only_told_mode
    if mode is not None and mode == request.only_known_mode:
        fix = "let it be another mode: who asks whether somebody is known is answered"
        yield Contradiction(f"{key}.only_known_mode", mode, fix)
    for duty in request.duties_when_only_told:
        if duty in request.answered_by:
            fix = "leave it out: whoever only tells the hub something is owed no answer"
            yield Contradiction(f"{key}.duties_when_only_told", duty, fix)
    if request.though_unnamed and not request.of_unknown_child:
        fix = "write false, or say in of_unknown_child what is asked"
        yield Contradiction(f"{key}.though_unnamed", "true", fix)
    if (mode is None) is not (not request.duties_when_only_told):
        fix = "write both only_told_mode and duties_when_only_told, or neither"
        yield Contradiction(f"{key}.only_told_mode", str(mode), fix)
