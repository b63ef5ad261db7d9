"""What the hub is made of: its bill of materials, and whether a part of it has a known hole (S25).

python tests/support/supply.py sbom                 print the bill of materials
python tests/support/supply.py check                compare it with the one that is kept
python tests/support/supply.py audit [--required]   look every part up among known holes
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements.txt"
SBOM = ROOT / "deploy" / "sbom.json"
EXCEPTIONS = ROOT / "deploy" / "advisories.toml"
LONGEST = timedelta(days=90)
"""How long a known hole may be lived with before somebody looks at it again."""
TOOLS = Path(sys.executable).parent


def bill() -> str:
    """Give the bill of materials, in CycloneDX 1.6, without the address of any index."""
    words = ["requirements", str(REQUIREMENTS), "--pyproject", str(ROOT / "pyproject.toml")]
    words += ["--output-reproducible", "--short-PURLs"]
    made = subprocess.run([TOOLS / "cyclonedx-py", *words], capture_output=True, check=True)
    whole = json.loads(made.stdout)
    parts = sorted((_part(one) for one in whole["components"]), key=lambda one: str(one["purl"]))
    # of who needs whom a list of requirements says nothing, and what made the bill is no part
    del whole["dependencies"], whole["metadata"]["tools"]
    rest = json.dumps({**whole, "components": []}, sort_keys=True)
    lines = ",\n".join(json.dumps(one, sort_keys=True) for one in parts)
    return rest.replace('"components": []', f'"components": [\n{lines}\n]') + "\n"


def _part(said: dict[str, Any]) -> dict[str, Any]:
    place = {"url": said["purl"], "comment": "as locked in requirements.txt"}
    elsewhere = [reference | place for reference in said["externalReferences"]]
    kept = {name: said[name] for name in ("name", "version", "purl", "type")}
    return {**kept, "bom-ref": said["purl"], "externalReferences": elsewhere}


def exceptions(file: Path = EXCEPTIONS) -> Sequence[Mapping[str, Any]]:
    """Read which known holes are lived with, why, and until which day."""
    return list(tomllib.loads(file.read_text()).get("exception", []))


def outdated(excepted: Sequence[Mapping[str, Any]], today: date) -> Iterator[str]:
    """Say which exceptions hold no more, or for too long."""
    for one in excepted:
        if one["until"] < today:
            yield f"{one['id']}: the exception ended on {one['until']}: look again."
        elif one["until"] > today + LONGEST:
            yield f"{one['id']}: an exception holds {LONGEST.days} days at most."
        if not one.get("why"):
            yield f"{one['id']}: the exception does not say why."


def holes(report: Mapping[str, Any], excepted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say which parts have a known hole that nobody has excepted, and which exceptions are idle."""
    allowed, found = {one["id"] for one in excepted}, set()
    for part in report["dependencies"]:
        for hole in part.get("vulns", ()):
            ids = {hole["id"], *hole.get("aliases", ())}
            found |= ids
            if not ids & allowed:
                mended = ", ".join(hole.get("fix_versions", ())) or "none yet"
                yield f"{part['name']} {part['version']}: {hole['id']}, mended in {mended}."
    for id_ in sorted(allowed - found):
        yield f"{id_}: no part has this hole any more; take the exception out."


def not_looked_up(report: Mapping[str, Any]) -> Sequence[str]:
    """Name the parts of which nothing could be said."""
    return [part["name"] for part in report["dependencies"] if "skip_reason" in part]


def looked_up() -> Mapping[str, Any] | None:
    """Ask for the known holes of every locked part; None where nobody answers."""
    words = ["-r", str(REQUIREMENTS), "--require-hashes", "--disable-pip", "-f", "json"]
    words += ["--progress-spinner", "off", "--desc", "off"]
    asked = subprocess.run([TOOLS / "pip-audit", *words], capture_output=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(asked.stdout)
    except ValueError:
        return None
    return report


def audit(today: date, *, required: bool) -> Sequence[str]:
    """Say all that is wrong; that advisories are not reachable is wrong where they are required."""
    excepted = exceptions()
    wrong = [*outdated(excepted, today)]
    report = looked_up()
    skipped = not_looked_up(report) if report is not None else ["all"]
    if report is not None and not skipped:
        return [*wrong, *holes(report, excepted)]
    said = f"Advisories not reachable; not audited: {', '.join(skipped)}."
    if required:
        return [*wrong, said]
    print(said, file=sys.stderr)
    return wrong


def main(words: Sequence[str]) -> int:
    """Do one thing; gives the status to end with."""
    if words == ["sbom"]:
        sys.stdout.write(bill())
        return 0
    wrong: Sequence[str] = ()
    if words == ["check"] and bill() != SBOM.read_text():
        wrong = [f"{SBOM.name} is not current; run `make sbom`."]
    elif words[0] == "audit":
        wrong = audit(datetime.now(UTC).date(), required="--required" in words)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
