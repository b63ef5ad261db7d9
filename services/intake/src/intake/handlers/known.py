"""Handing known children over to whoever knows them, each on their own (E1, E2, E3, E5)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.match import Route, RouteKind
from intake.domain.progress import Oversight
from intake.domain.refusals import (
    AlreadyDoneError,
    RoutedError,
    SeveralKnowError,
    UnknownChildError,
)
from intake.domain.task import TaskKind
from intake.domain.work import open_task
from intake.forms.ending import HandOver, Oversee
from intake.handlers.base import Handlers
from intake.roles import SOCIAL_WORKERS, triage
from mash_shared.act import Act, team_key
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.rights import managers, whose
from mash_shared.vocabulary import FieldRefusedError


@dataclass(frozen=True, slots=True)
class KnownHandlers(Handlers):
    """The ways of known children; those of children whom nobody knows go on."""

    @whose(managers, "sign off a contact of an open case")
    def oversee(self, contact: Contact, act: Act, form: Oversee) -> Iterator[Message]:
        """Sign off that children of an open case came, with dated actions (E1, E2).

        They go to their allocated worker so, unless they went another way before the case was
        known: then the actions are added to it. Children of two workers are signed off apart.
        """
        pack = self._opened(contact, act)
        children, route = _overseen(contact, form.child_ids)
        if any(action.due_at < act.at for action in form.actions):
            raise FieldRefusedError("actions", "An action cannot be due before it is asked for.")
        done = sum(task.kind is TaskKind.ACTION for task in contact.tasks)
        for number, action in enumerate(form.actions, start=done + 1):
            task = open_task(contact, act.at, TaskKind.ACTION, str(number), what=action.what)
            clock = pack.dated_clock(act.at, action.due_at, of=task.task_id)
            contact.clocks.append(clock)
        going = [child for child in children if child in contact.routes]
        for child in children:
            by, note = act.person.id, form.note
            contact.ways[child].oversight = Oversight(by=by, at=act.at, note=note)
        ending = Ending(
            ended_as=Ended.TO_ALLOCATED_WORKER,
            by=act.person.id,
            at=act.at,
            to=route.worker or route.team,
        )
        contact.hand_over(going, ending)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(triage, "hand a contact over")
    def hand_over(self, contact: Contact, act: Act, form: HandOver) -> Iterator[Message]:
        """Give known children to the team or worker that knows them, and to no other (E1, E3).

        Somebody of that team takes them over; where the directory has nobody of it now, who sorts
        contacts does so on its behalf, which is shown.
        """
        pack = self._opened(contact, act)
        contact.must_go_on()
        children, route = _led(contact, form.child_ids)
        _must_go_there(act, route, form)
        ending = Ending(
            ended_as=Ended(route.kind),
            by=act.person.id,
            at=act.at,
            to=form.to,
            acknowledged_by=form.acknowledged_by,
            on_behalf=_is_on_behalf(act, pack, route, form),
            note=form.note,
        )
        contact.hand_over(children, ending)
        yield from self._follow(contact, act.at, by=act.person.id)


def _overseen(contact: Contact, named: tuple[str, ...]) -> tuple[tuple[str, ...], Route]:
    """Give the children whom a sign-off is for, and where they go; raises where it is for none."""
    children = _among(contact, named, contact.wants_oversight)
    if children:
        return children, _one_route(contact, children)
    ways = [contact.ways[child] for child in named or contact.child_ids]
    if any(way.oversight is not None for way in ways):
        raise AlreadyDoneError("A manager has signed this contact off.")
    if any(way.route is not None for way in ways):
        raise RoutedError("This contact is handed over, not signed off.")
    raise RoutedError("The child is not known: this contact goes to nobody who knows them.")


def _led(contact: Contact, named: tuple[str, ...]) -> tuple[tuple[str, ...], Route]:
    """Give the children who may be handed over, and where they go; raises where there are none."""
    routes = contact.routes
    children = _among(contact, named, tuple(c for c, to in routes.items() if not to.overseen))
    if children:
        return children, _one_route(contact, children)
    if any(child in routes for child in named or contact.child_ids):
        raise RoutedError("A manager has to sign off the contact of an open case.")
    raise RoutedError("The child is not known: this contact goes to nobody who knows them.")


def _must_go_there(act: Act, route: Route, form: HandOver) -> None:
    """Raise `FieldRefusedError` unless it goes to the case's team or worker, or one of it (E1, E3).

    Where the case system names neither any social worker may have the child; that nobody of its
    team took them over is shown.
    """
    if route.team is not None and team_key(form.to) == team_key(route.team):
        return
    fit = {*act.of_team(route.team), _worker(route)} if _says_who(route) else {form.to}
    if form.to not in fit or not act.names(form.to, SOCIAL_WORKERS):
        raise FieldRefusedError(
            "to",
            "to must be the team of the child's case, or a social worker whom the directory has in "
            "that team now.",
        )


def _is_on_behalf(act: Act, pack: Pack, route: Route, form: HandOver) -> bool:
    """Whether who sorts contacts takes over for a team of which nobody is there (E3).

    Raises `FieldRefusedError` where somebody of the team is there, and somebody else is named.
    """
    field, by = "acknowledged_by", form.acknowledged_by
    there = {*act.of_team(route.team)}
    if _says_who(route) and act.member(form.to):
        there.add(form.to)
    if by in there:
        return False
    if there:
        raise FieldRefusedError(
            field, f"{field} must name somebody whom the directory has in the child's team now."
        )
    act.must_name(field, by, triage(pack))
    return True


def _worker(route: Route) -> str | None:
    """Give who has the child now; the worker of a case that is closed does not (E1)."""
    return route.worker if route.kind is RouteKind.TO_ALLOCATED_WORKER else None


def _says_who(route: Route) -> bool:
    return route.team is not None or _worker(route) is not None


def _among(contact: Contact, named: tuple[str, ...], fit: tuple[str, ...]) -> tuple[str, ...]:
    """Give who is named of those who fit, or all who fit; nothing where somebody does not."""
    if not set(named) <= set(contact.child_ids):
        raise UnknownChildError("child_ids names a child that this contact is not about.")
    if not named:
        return fit
    return tuple(dict.fromkeys(named)) if set(named) <= set(fit) else ()


def _one_route(contact: Contact, children: tuple[str, ...]) -> Route:
    """Give where these children go; raises where different people know them."""
    routes = [contact.ways[child].route for child in children]
    ways = {(to.kind, to.worker, to.team): to for to in routes if to is not None}
    if len(ways) > 1:
        raise SeveralKnowError(
            "Different people know these children: name those of one of them in child_ids."
        )
    return next(iter(ways.values()))
