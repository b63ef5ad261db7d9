"""What a pack may not say of its levels of risk, and of the limits that hold for them (X5, X11)."""

from collections.abc import Iterator

from mash_shared.policy.errors import Contradiction
from mash_shared.policy.levels import OTHER, ByLevel, Limits
from mash_shared.policy.pack import Pack
from mash_shared.vocabulary import Lane


def of_levels(pack: Pack) -> Iterator[Contradiction]:
    """Give what is wrong with the levels, and what is said for a level that there is not."""
    levels = pack.risk_levels
    if OTHER in levels:
        fix = f"give it another code: in [clocks], {OTHER} stands for levels that are not named"
        yield Contradiction(f"risk_levels.{OTHER}", OTHER, fix)
    for lane in Lane:
        if lane not in {level.lane for level in levels.values()}:
            fix = f"let one level have lane = {lane.value!r}"
            yield Contradiction("risk_levels", ", ".join(levels), fix)
    yield from _order(pack)
    for kind, by_level in pack.clocks:
        for code in by_level.named if isinstance(by_level, ByLevel) else ():
            if code not in levels:
                fix = f"name one of risk_levels: {', '.join(levels)}; or {OTHER} for the rest"
                yield Contradiction(f"clocks.{kind}.{code}", str(by_level.of(code)), fix)


def _order(pack: Pack) -> Iterator[Contradiction]:
    levels = pack.risk_levels
    severities = [level.severity for level in levels.values()]
    ambers = [level.severity for level in levels.values() if level.lane is Lane.AMBER]
    for code, level in levels.items():
        if severities.count(level.severity) > 1:
            fix = "let no two levels be equally severe"
            yield Contradiction(f"risk_levels.{code}.severity", str(level.severity), fix)
        if level.lane is Lane.RED and level.severity < max(ambers, default=0):
            fix = "write amber, or let it be graver than every level of the amber lane"
            yield Contradiction(f"risk_levels.{code}.lane", level.lane, fix)


def of_limits(pack: Pack) -> Iterator[Contradiction]:
    """Give limits by which the red lane would wait for opening hours, or a part outlast its whole.

    What is wrong for every level that is not named is wrong once.
    """
    clocks = pack.clocks
    found = (
        *_closing(pack, "agency_check", clocks.agency_check),
        *_closing(pack, "enquiry", clocks.enquiry),
        *_closing(pack, "decision", clocks.decision),
        *_outlasting(pack, ("agency_check", clocks.agency_check), ("enquiry", clocks.enquiry)),
        *_outlasting(pack, ("enquiry", clocks.enquiry), ("decision", clocks.decision)),
    )
    yield from dict.fromkeys(found)


def _closing(pack: Pack, kind: str, limits: Limits) -> Iterator[Contradiction]:
    for code, level in pack.risk_levels.items():
        if level.lane is Lane.RED and limits.of(code).elapsed is None:
            fix = "write minutes or hours: the red lane runs through nights and weekends"
            yield Contradiction(f"clocks.{kind}.{limits.key(code)}", str(limits.of(code)), fix)


def _outlasting(
    pack: Pack, part: tuple[str, Limits], whole: tuple[str, Limits]
) -> Iterator[Contradiction]:
    (shorter, inner), (longer, outer) = part, whole
    for code in pack.risk_levels:
        limit = outer.of(code)
        if inner.of(code).surely_longer_than(limit):
            fix = f"let it be no longer than clocks.{longer}.{outer.key(code)}, which is {limit}"
            yield Contradiction(f"clocks.{shorter}.{inner.key(code)}", str(inner.of(code)), fix)
