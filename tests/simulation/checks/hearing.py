"""Of whom a referrer hears: of every child once, of nobody without a letter about them (I7, J6)."""

from collections.abc import Iterator, Mapping
from typing import Any

from mash_shared.messages.contact import JOINED
from mash_shared.policy.telling import TellWhat
from simulation.news import Body, News, Raw
from simulation.people import is_contact

DECIDED = "decided"
UNDER_WAY = ("ready", "claimed", "by_person")


def acknowledged_once(news: News) -> Iterator[str]:
    """K2: whoever is told nothing but that it was considered is told so in the first letter."""
    for mail in news.mails:
        notice = _notice_of(mail)
        if "." in notice and not _lines(mail):
            yield f"K2 notice {notice} acknowledges what was acknowledged before"


def nobody_twice_of_a_child(news: News) -> Iterator[str]:
    """I7: a child is told of anew only where what was told holds no more, and not once decided."""
    told: dict[str, str] = {}
    for body in _delivered(news):
        for child, what in _about(body).items():
            if told.get(child) in (what, DECIDED):
                yield f"I7 the referrer of {body['contact_id']} heard of {child} twice"
            told[child] = what


def a_letter_is_about_whom_it_names(news: News) -> Iterator[str]:
    """I7: a letter has no more to tell than the notice says that it is about."""
    about = {body["notice_id"]: _about(body) for body in _delivered(news) if body["attempts"]}
    for _, mail in news.hub.relay.mails:
        children = about.get(_notice_of(mail))
        if children is not None and len(_lines(mail)) > max(len(children), 1):
            yield f"I7 notice {_notice_of(mail)} tells of more than {sorted(children)}"


def nobody_untold(news: News) -> Iterator[str]:
    """J6: of whom all is known the referrer has heard, or is about to, or a person sees to it."""
    heard = {child: what for body in _delivered(news) for child, what in _about(body).items()}
    for id_, raw in news.kept("intake").items():
        if not is_contact(id_) or not _is_owed(news, raw["state"]):
            continue
        state, notice = raw["state"], news.state("notify", id_)
        ways = [state["ways"][child["child_id"]] for child in state["facts"]["children"]]
        if notice.get("phase") in UNDER_WAY or not all(_is_known(state, way) for way in ways):
            continue
        for way in ways:
            at_once = (state["ending"] or {}).get("told_at_once")
            if not at_once and not _holds(state, way, heard.get(way["child_id"])):
                yield f"J6 the referrer of {id_} never hears of {way['child_id']}"
            elif way["told_at"] is None:
                yield f"J6 intake does not know that the referrer heard of {way['child_id']}"


def _is_owed(news: News, state: Raw) -> bool:
    """Whether the referrer of a contact is to hear what becomes of its children."""
    referrer = state["facts"]["referrer"]
    if not state["recorded_at"] or referrer is None or state["alleged_in"]:
        return False
    ending = state["ending"] or {}
    elsewhere = ending.get("ended_as") == JOINED and not ending["own_notice"]
    told = news.pack(state["council"]).notices.referrers[referrer["kind"]].told
    is_concern = state["path"] == "child_concern"
    return is_concern and not elsewhere and told is not TellWhat.NOTHING


def _is_known(state: Raw, way: Raw) -> bool:
    return bool(way["outcome"] or way["handed_over"] or state["ending"])


def _holds(state: Raw, way: Raw, what: str | None) -> bool:
    """Whether what the referrer heard of a child is so."""
    there = (way["handed_over"] or {}).get("ended_as")
    return what is not None and (what in (DECIDED, there) or bool(state["ending"]))


def _delivered(news: News) -> Iterator[Mapping[str, Any]]:
    """Give what was said of notices that arrived, each once, in order."""
    seen = set()
    for record in news.hub.log.appended:
        body = Body(record)
        if record.topic.startswith("notice.delivered.") and body.headers["ce_id"] not in seen:
            seen.add(body.headers["ce_id"])
            yield body.fields


def _about(body: Mapping[str, Any]) -> dict[str, str]:
    return dict.fromkeys(body.get("child_ids", ()), DECIDED) | dict(body.get("passed_on", {}))


def _notice_of(mail: Any) -> str:
    return str(mail["Message-ID"]).strip("<>").partition(".outcome@")[0]


def _lines(mail: Any) -> list[str]:
    return [line for line in mail.get_content().splitlines() if line.startswith("- ")]


AFTER_EVERY_STEP = (acknowledged_once,)
AT_REST = (nobody_twice_of_a_child, a_letter_is_about_whom_it_names, nobody_untold)
