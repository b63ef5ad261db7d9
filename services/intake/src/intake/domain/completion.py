"""What a completed record certifies, so that it is completed anew once that has changed (J4)."""

from dataclasses import replace

from intake.domain.facts import Facts


def learns_what_was_certified(before: Facts, after: Facts) -> bool:
    """Whether facts that a completion vouched for changed: all but how to reach the referrer."""
    return _certified(before) != _certified(after)


def _certified(facts: Facts) -> Facts:
    if facts.referrer is None:
        return facts
    return replace(facts, referrer=replace(facts.referrer, email=None, telephone=None))
