"""What was right and what was wrong: in words, and as JUnit XML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from agency_gateway.conformance.cases import Case


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case went: `wrong` has a sentence for each fault."""

    case: Case
    wrong: Sequence[str]
    seconds: float

    def lines(self) -> Iterator[str]:
        """Say it in words."""
        yield f"{'wrong' if self.wrong else 'right'}  {self.case.name}: {self.case.what}"
        yield from (f"       {sentence}" for sentence in self.wrong)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Count what was right and wrong."""
    wrong = sum(bool(one.wrong) for one in outcomes)
    return f"{len(outcomes) - wrong} right, {wrong} wrong."


def junit(agency: str, outcomes: Sequence[Outcome]) -> bytes:
    """Give the outcomes as JUnit XML."""
    wrong = sum(bool(one.wrong) for one in outcomes)
    name = f"mash-conformance {agency}"
    counts = {"tests": str(len(outcomes)), "failures": str(wrong), "errors": "0"}
    suite = ET.Element("testsuite", {"name": name, **counts})
    for one in outcomes:
        took = {"classname": f"conformance.{agency}", "time": f"{one.seconds:.3f}"}
        case = ET.SubElement(suite, "testcase", {"name": one.case.name, **took})
        if one.wrong:
            failure = ET.SubElement(case, "failure", {"message": one.wrong[0]})
            failure.text = "\n".join(one.wrong)
    whole: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return whole
