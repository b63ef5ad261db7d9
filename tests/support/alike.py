"""People who are, or may be, one person, and how certain that is."""

from hypothesis import strategies as st

from intake.domain.likeness import Certainty, Identity, likeness

NUMBER, OTHER_NUMBER = "9990000026", "9990000034"
HOME = "4 Quarry Lane, Hornchurch"
TOBIAS = Identity(full_name="Tobias Fenwick-Adair", date_of_birth="2016-05-31", address=HOME)
CERTAIN, POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE

FAR_APART = ("tobias", "wren", "fenwick", "okafor", "José", "Ιωάννης", "अनीता")
WHOLE, IN_PART = ("2016-05-31", "2016-05-30", "2017-01-01"), ("2016", "2016-05", "2017")
PLACES = (None, "", HOME, "4, Quarry Lane Hornchurch", "5 Quarry Lane, Hornchurch", "9 Mill Walk")


def people(names: tuple[str, ...], dates: tuple[str | None, ...]) -> st.SearchStrategy[Identity]:
    """Draw people of these names and dates of birth."""
    words = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(" ".join)
    return st.builds(
        Identity,
        full_name=st.one_of(st.none(), words),
        date_of_birth=st.sampled_from(dates),
        nhs_number=st.sampled_from((None, None, NUMBER, OTHER_NUMBER)),
        address=st.sampled_from(PLACES),
    )


misspelt = people((*FAR_APART, "tobyas", "fenwyck", "okafors"), (None, *WHOLE, *IN_PART))
spelt = people(FAR_APART, (None, *WHOLE, *IN_PART))
born = people((*FAR_APART, "tobyas", "fenwyck", "okafors"), WHOLE[:1])


def certainty(one: Identity, other: Identity) -> Certainty | None:
    """Say how certain it is that two are one, None where nothing speaks for it."""
    alike = likeness(one, other)
    return alike.certainty if alike else None


def tobias(**changes: str | None) -> Identity:
    """Give one child with some of what is known changed."""
    said = {"full_name": TOBIAS.full_name, "date_of_birth": TOBIAS.date_of_birth, "address": HOME}
    return Identity(**said | changes)
