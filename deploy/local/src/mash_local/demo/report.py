"""The end of the demo: what happened to each contact and to each promise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_local.demo.evidence import Evidence, Found, Promise, ShortWay, Traffic
from mash_local.demo.verdict import CHECK, DECISION, ENQUIRY, TOLD
from mash_local.demo.words import hour, lasting, plain

WIDE = 116
KEPT, MISSED, RUNNING = ("✓", "green"), ("✗", "bold red"), ("?", "bold yellow")
SIGNS = {"met": KEPT, "missed": MISSED}
NOT_OWED = Text("not owed", style="dim")


def print_report(console: Console, evidence: Evidence, wrong: Sequence[str]) -> None:
    """Print every table, then what is wrong, if anything is."""
    heading = Text("✓ kept  ✗ missed, and said so  ? still open; one sign for each clock", "dim")
    for part in (
        _titled(
            "What happened to each contact and to each promise",
            _contacts(evidence.found, wide=console.width >= WIDE),
        ),
        heading,
        _titled("What needed no enquiry", _short(evidence.short)),
        _titled("Promises missed or not owed", _rows(_not_kept(evidence.found))),
        _titled("What passed between the hub and the agencies", _agencies(evidence.traffic)),
        _titled("Parked, with its reason", _rows(_parked(evidence))),
    ):
        console.print(part)
    console.print()
    if wrong:
        console.print(Text(f"Wrong: {len(wrong)}", style="bold red"))
        for sentence in wrong:
            console.print(Text(f"  {sentence}", style="red"))
    else:
        console.print(Text(_summary(evidence), style="bold green"))


def _titled(title: str, table: Table) -> RenderableType:
    return Group(Text(), Text(title, style="bold"), table) if table.row_count else Text()


def _grid(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=bool(columns))
    for name in columns:
        table.add_column(name)
    return table


def _rows(rows: Iterable[tuple[str, ...]]) -> Table:
    table = _grid()
    for row in rows:
        table.add_row(*row)
    return table


def _agencies(traffic: Iterable[Traffic]) -> Table:
    table = _grid("Agency", "Asked", "Delivered again", "Replies sent", "Replies counted")
    for one in traffic:
        numbers = (one.asked, one.repeats, one.replies, one.counted)
        table.add_row(one.agency, *map(str, numbers))
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _contacts(found: Iterable[Found], *, wide: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Contact", no_wrap=True, width=15)
    table.add_column("Decided for each child")
    if wide:
        table.add_column("Referrer")
    table.add_column("Agencies", no_wrap=True)
    table.add_column("Enquiry", no_wrap=True, justify="center")
    table.add_column("Decision", no_wrap=True, justify="center")
    table.add_column("Told", no_wrap=True)
    for one in found:
        table.add_row(
            one.reference,
            _outcomes(one),
            *([one.sample.referrer] if wide else []),
            _signs(one, CHECK),
            _signs(one, ENQUIRY),
            _signs(one, DECISION),
            _told(one),
        )
    return table


def _short(ways: Iterable[ShortWay]) -> Table:
    table = _grid("Contact", "What it was", "Where it went")
    for way in ways:
        table.add_row(way.reference, way.title, plain(way.ended_as))
    return table


def _outcomes(found: Found) -> Text:
    named = Counter(decided.called or "not decided" for decided in found.decided)
    told = (name if times == 1 else f"{name} ({times})" for name, times in named.items())
    text = Text(", ".join(told) or plain(found.state))
    if any(decided.review_needed for decided in found.decided):
        text.append("; review asked for", style="yellow")
    return text


def _signs(found: Found, kind: str) -> Text:
    text = Text()
    for promise in found.promises:
        if promise.kind == kind:
            text.append(*SIGNS.get(promise.state, RUNNING))
    return text


def _told(found: Found) -> Text:
    if not found.owed:
        return NOT_OWED
    how = f"{len(found.mails)} e-mail" if found.mails else "by telephone"
    return _signs(found, TOLD).append(f" {how}", style="default")


def _not_kept(found: Iterable[Found]) -> Iterable[tuple[str, ...]]:
    for one in found:
        for promise in one.promises:
            if promise.state == "missed":
                yield one.reference, _promise(promise), _why(one, promise)
        if not one.owed:
            why = f"not owed: the referrer is {one.sample.referrer}"
            yield one.reference, plain(TOLD), why


def _promise(promise: Promise) -> str:
    return f"{plain(promise.kind)} {promise.of}".rstrip()


def _why(found: Found, promise: Promise) -> str:
    why = f"missed at {hour(promise.due_at)}"
    if promise.kind != CHECK:
        return why
    if promise.of in found.sample.late:
        return f"{why}: no reply in time; it came later and asks for a review"
    return f"{why}: no reply; the gap is shown with the decision"


def _parked(evidence: Evidence) -> Iterable[tuple[str, ...]]:
    for record in evidence.parked:
        yield record.topic, f"{record.reason} (came on {record.origin})"


def _summary(evidence: Evidence) -> str:
    promises = [promise for found in evidence.found for promise in found.promises]
    missed = sum(promise.state == "missed" for promise in promises)
    return (
        f"{len(evidence.found)} contacts closed after an enquiry, {len(evidence.short)} without. "
        f"{len(promises)} promises: "
        f"{len(promises) - missed} kept, {missed} missed and said so.\n"
        f"{evidence.mails} e-mails, one for each that was owed. "
        "Nothing lost, asked twice, counted twice or told twice."
    )


def write_promises(file: Path, evidence: Evidence) -> None:
    """Write one line for each promise of the run: whose, which, due, ended, how, why."""
    lines = ["contact\tpromise\tdue_at\tended_at\tlate_by\tstate\treason"]
    for found in evidence.found:
        for promise in found.promises:
            ended, missed = promise.ended_at, promise.state == "missed"
            fields = [
                found.reference,
                _promise(promise),
                promise.due_at.isoformat(),
                ended.isoformat() if ended else "",
                lasting(ended - promise.due_at) if ended and missed else "",
                {"met": "kept"}.get(promise.state, promise.state),
                _why(found, promise) if missed else "",
            ]
            lines.append("\t".join(fields))
        if not found.owed:
            lines.append(f"{found.reference}\t{plain(TOLD)}\t\t\t\tnot owed\tanonymous referrer")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
