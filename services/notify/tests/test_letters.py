"""What a letter says, and above all what it never says."""

import email
from dataclasses import replace
from email.message import Message as Mail
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mash_shared.doubts import of_email
from mash_shared.messages.contact import ContactRecorded
from mash_shared.people import Referrer
from mash_shared.policy import Pack
from mash_shared.testing import NOW, packs, sample
from mash_shared.vocabulary import CouncilId, OutcomeKind, ReferrerKind
from notify.domain import Notice
from notify.letters import letter, message_id

SENDER = "mash@hub.example"
RECORDED = sample(ContactRecorded)
every_council = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
councils = st.sampled_from([pack.council.id for pack in packs()])
names = st.text(st.characters(categories=["L"]), min_size=6, max_size=30)
outcomes = st.lists(st.sampled_from(OutcomeKind), min_size=1, max_size=6)


def _notice(kind: ReferrerKind, council: str = "havering", **referrer: str) -> Notice:
    return Notice(
        id=RECORDED.contact_id,
        council=CouncilId(council),
        reference=RECORDED.reference,
        child_ids=("a", "b"),
        referrer=Referrer(kind=kind, **({"email": "somebody@street.example"} | referrer)),
        claimed_at=NOW,
    )


def _written(notice: Notice) -> Mail:
    mail = letter(notice, packs().of(notice.council), SENDER)
    return email.message_from_bytes(mail.as_bytes())


def _text(notice: Notice) -> str:
    mail = _written(notice)
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return "\n".join([*map(str, mail.values()), body.decode()])


@pytest.mark.rule("K2", "S24")
@settings(deadline=None)
@given(councils, outcomes, names, names)
def test_the_public_is_told_no_name_and_no_outcome(
    council: str, decided: list[OutcomeKind], child: str, referrer: str
) -> None:
    notice = _notice(ReferrerKind.PUBLIC, council, full_name=referrer)
    plain = _text(notice)
    notice.child_ids = tuple(f"{child}-{n}" for n, _ in enumerate(decided))
    notice.outcomes = dict(zip(notice.child_ids, decided, strict=True))
    told = _text(notice)
    assert told == plain, "what was decided, and for how many, shows in a letter to the public"
    nameless = _text(_notice(ReferrerKind.PUBLIC, council))
    assert told == nameless, "the referrer's name shows in a letter to the public"


@pytest.mark.rule("K2")
@every_council
def test_the_public_is_told_no_outcome_by_any_name(pack: Pack) -> None:
    told = _text(_notice(ReferrerKind.PUBLIC, pack.council.id)).lower()
    for outcome in pack.outcomes.values():
        assert outcome.name.lower() not in told
        assert outcome.kind.replace("_", " ") not in told
    for word in ("decision", "known to", "not known", "assessment", "social worker", "famil"):
        assert word not in told


@pytest.mark.rule("K1", "K4")
@every_council
def test_a_professional_is_told_what_was_decided_and_no_name(pack: Pack) -> None:
    notice = _notice(ReferrerKind.PROFESSIONAL, pack.council.id, full_name="Imogen Saltmarsh")
    notice.child_ids = ("Tobias", "Wren")
    notice.outcomes = {"Tobias": OutcomeKind.ADVICE_OR_SIGNPOST, "Wren": OutcomeKind.EARLY_HELP}
    told = _text(notice)
    (advice,) = (o for o in pack.outcomes.values() if o.kind is OutcomeKind.ADVICE_OR_SIGNPOST)
    assert f"- {advice.name}\n" in told
    for name in ("Tobias", "Wren", "Imogen", "Saltmarsh"):
        assert name not in told
    assert notice.reference in told
    assert pack.council.name in told


def test_children_with_the_same_outcome_give_one_line() -> None:
    notice = _notice(ReferrerKind.PROFESSIONAL)
    notice.outcomes = dict.fromkeys(("a", "b"), OutcomeKind.NO_FURTHER_ACTION)
    assert _text(notice).count("\n- ") == 1


def test_an_outcome_that_the_council_has_no_name_for_is_told_by_its_own() -> None:
    notice = _notice(ReferrerKind.PROFESSIONAL)
    notice.outcomes = {"a": OutcomeKind.SINGLE_AGENCY_RESPONSE}
    assert "single agency response" in _text(notice)


@pytest.mark.rule("K1", "R9", "R10")
@every_council
def test_an_outcome_is_told_by_the_council_s_own_name_for_it(pack: Pack) -> None:
    for code, outcome in pack.outcomes.items():
        notice = _notice(ReferrerKind.PROFESSIONAL, pack.council.id)
        notice.note_outcome("a", outcome.kind, NOW, code)
        told = _text(notice)
        assert f"- {outcome.name}\n" in told
        others = {other.name for other in pack.outcomes.values()} - {outcome.name}
        assert not any(f"- {other}\n" in told for other in others)


def test_no_name_is_told_where_it_cannot_be_known_which_is_meant() -> None:
    notice = _notice(ReferrerKind.PROFESSIONAL, "havering")
    notice.note_outcome("a", OutcomeKind.EARLY_HELP, NOW)
    assert "- early help\n" in _text(notice)


@pytest.mark.rule("A7")
def test_there_is_no_letter_to_an_anonymous_referrer() -> None:
    with pytest.raises(KeyError):
        letter(_notice(ReferrerKind.ANONYMOUS), packs().of("havering"), SENDER)


@pytest.mark.rule("I7")
def test_every_attempt_has_the_same_message_id() -> None:
    first = _notice(ReferrerKind.PUBLIC)
    second = replace(first, attempts=7, claimed_by="two")
    ids = {_written(notice)["Message-ID"] for notice in (first, second)}
    assert ids == {f"<{message_id(first, SENDER)}>"}
    assert message_id(first, SENDER) == f"{first.id}.outcome@hub.example"


def test_a_letter_goes_to_one_address_and_says_when() -> None:
    mail = _written(_notice(ReferrerKind.PUBLIC))
    assert mail["To"] == "somebody@street.example"
    assert mail["Cc"] is mail["Bcc"] is None
    assert parsedate_to_datetime(mail["Date"]) == NOW


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+@[a-z0-9]+(\.[a-z]{2,9})+", fullmatch=True))
def test_no_address_adds_a_header_or_a_recipient(address: str) -> None:
    assume(of_email(address) is None)
    mail = _written(_notice(ReferrerKind.PUBLIC, email=address))
    assert [to.strip() for to in mail.get_all("To", [])] == [address]
    assert mail["Bcc"] is None


@pytest.mark.rule("K1")
def test_a_letter_says_that_a_machine_wrote_it_and_wants_no_answer_of_another() -> None:
    mail = _written(_notice(ReferrerKind.PUBLIC))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    "email",
    [
        "=?utf-8?q?admin?=@street.example",
        "=?utf-8?q??=@street.example",
        "a@street.example, b@street.example",
        "a@street.example\r\nBcc: b@street.example",
        "A <a@street.example>",
        "ä@street.example",
        "a@street.example.",
    ],
)
def test_a_letter_is_addressed_to_the_address_given_or_to_none(email: str) -> None:
    notice = _notice(ReferrerKind.PUBLIC, email=email)
    if notice.email is None:  # it cannot be mailed at all: a person tells them
        return
    try:
        mail = letter(notice, packs().of("havering"), SENDER)
    except (ValueError, IndexError):  # the second is the library's own, of an empty word
        return
    assert [one.addr_spec for one in mail["To"].addresses] == [email]
    assert mail["Bcc"] is None
