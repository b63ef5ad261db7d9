"""Nothing broken: the checker must be satisfied, or it proves nothing when something is."""

from support.hub import Hub, Play
from support.invariants import Checker


def test_a_healthy_hub_gives_no_findings(hub: Hub, checker: Checker) -> None:
    plays = [
        Play(council=council, urgency=urgency, reach=reach)
        for council in ("havering", "lewisham", "redbridge", "waltham-forest")
        for urgency, reach in (("red", "email"), ("amber", "telephone"))
    ]
    hub.play([*plays, Play(reach="nobody"), Play(children=2)])
    assert checker.check(plays) == []
