"""Who may do what on the broker, from the message classes alone (security S4, fault XA2).

An owner writes its topics and a consumer reads them, in groups of its own; a process writes its
dead letters and hears what is given back to it; nobody may do anything else. What is not here is
refused by the broker, and removed by `provision`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mash_shared.messages import Message, all_messages
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.plumbing.subscription import group_of
from mash_shared.plumbing.topics import SERVICES, processes
from mash_shared.policy import PolicyPacks
from mash_shared.vocabulary import Lane

PARKING = "parking"
"""Who settles parked records, by `python -m mash_shared.parked`."""
CASE_SYSTEM, DIRECTORY = "case-system", "council-directory"
AUDITOR = "auditor"
"""Who compares audit trails with what was said of them."""
_GATEWAY, _ADAPTERS = "agency-gateway", "agency adapters"
_EVERY = ("every service", "every process")
_OUTSIDE = {"case system": CASE_SYSTEM, "council directory": DIRECTORY, "auditor": AUDITOR}


class Kind(StrEnum):
    """What a right is about."""

    TOPIC = "topic"
    GROUP = "group"
    CLUSTER = "cluster"


class Operation(StrEnum):
    """What may be done; reading and writing let the name be seen as well."""

    READ = "read"
    WRITE = "write"
    DESCRIBE_CONFIGS = "describe_configs"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One thing that one principal may do; a `prefixed` name is what names begin with."""

    principal: str
    operation: Operation
    kind: Kind
    name: str
    prefixed: bool = False


def agencies_of(packs: PolicyPacks) -> tuple[str, ...]:
    """Name every agency that has a gateway in any council's pack."""
    agencies = (item for pack in packs for item in pack.agencies.items())
    return tuple(sorted({name for name, agency in agencies if agency.has_gateway}))


def of_agency(agency: str) -> str:
    """Name the principal of an agency's own program."""
    return f"agency.{agency}"


def insiders(agencies: Iterable[str]) -> tuple[str, ...]:
    """Name who signs in with a password: the hub's processes, and who settles parked records."""
    return (*processes(agencies), PARKING)


def outsiders(agencies: Iterable[str]) -> tuple[str, ...]:
    """Name who signs in with a certificate: programs of other organisations."""
    return (*(of_agency(agency) for agency in agencies), *_OUTSIDE.values())


def is_outside(principal: str) -> bool:
    """Whether somebody is a program of another organisation."""
    return principal.startswith("agency.") or principal in _OUTSIDE.values()


def rights(agencies: Sequence[str]) -> tuple[Right, ...]:
    """Give every right of everybody, in order: no agency reads what is for another (F13)."""
    found: set[Right] = set()
    for message in all_messages():
        found.update(_of_message(message, agencies))
    for process in processes(agencies):
        found.update(_of_process(process))
    for agency in agencies:
        found.update(_in_groups(of_agency(agency), f"agency-{agency}"))
    found.update(_in_groups(CASE_SYSTEM, CASE_SYSTEM))
    found.update(_of_parking(agencies))
    return tuple(sorted(found))


def topics_of(principal: str, agencies: Sequence[str]) -> frozenset[str]:
    """Name the topics that a principal may see."""
    mine = (one for one in rights(agencies) if one.principal == principal)
    return frozenset(one.name for one in mine if one.kind is Kind.TOPIC)


def _of_message(message: type[Message], agencies: Sequence[str]) -> Iterator[Right]:
    parts = message.parts()
    by_agency = parts == ("agency",)
    for value in _values(parts, agencies):
        writers = _principals(message.owner, value, agencies)
        agency = value if by_agency else ""
        readers = [who for one in message.consumers for who in _principals(one, agency, agencies)]
        for lane in message.lanes():
            topic = message.topic_in(lane, **dict.fromkeys(parts, value))
            yield from (Right(who, Operation.WRITE, Kind.TOPIC, topic) for who in writers)
            yield from (Right(who, Operation.READ, Kind.TOPIC, topic) for who in readers)


def _values(parts: tuple[str, ...], agencies: Sequence[str]) -> Sequence[str]:
    """Give what a topic's placeholder may be; of a topic without one a blank."""
    values = {"agency": agencies, "service": SERVICES, "process": processes(agencies)}
    return values[parts[0]] if parts else ("",)


def _principals(named: str, value: str, agencies: Sequence[str]) -> Sequence[str]:
    """Give who is meant by an owner or a consumer, of a topic with this agency or service."""
    if named in _EVERY:
        return (value,)
    if named in {_GATEWAY, _ADAPTERS}:
        of = of_agency if named == _ADAPTERS else "agency-gateway.{}".format
        return [of(agency) for agency in ((value,) if value else agencies)]
    return (_OUTSIDE.get(named, named),)


def _of_process(process: str) -> Iterator[Right]:
    yield Right(process, Operation.READ, Kind.TOPIC, replay_topic(process))
    yield Right(process, Operation.WRITE, Kind.TOPIC, dead_letter_topic(process))
    yield Right(process, Operation.DESCRIBE_CONFIGS, Kind.CLUSTER, "kafka-cluster")
    for lane in Lane:
        yield Right(process, Operation.READ, Kind.GROUP, group_of(process, lane))


def _in_groups(principal: str, name: str) -> Iterator[Right]:
    """Let somebody use the group of a name, and those whose names go on from it after a dot."""
    yield Right(principal, Operation.READ, Kind.GROUP, name)
    yield Right(principal, Operation.READ, Kind.GROUP, f"{name}.", prefixed=True)


def _of_parking(agencies: Sequence[str]) -> Iterator[Right]:
    for process in processes(agencies):
        yield Right(PARKING, Operation.READ, Kind.TOPIC, dead_letter_topic(process))
        yield Right(PARKING, Operation.WRITE, Kind.TOPIC, dead_letter_topic(process))
        yield Right(PARKING, Operation.WRITE, Kind.TOPIC, replay_topic(process))
