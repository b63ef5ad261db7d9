"""The board in a terminal: a live table; elsewhere one line for each thing that happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mash_local.demo.board import Board, News, Row, Stage
from mash_local.demo.words import hour, plain, when

WIDE = 116
"""From this many columns on the table also says what a contact is about."""
LAST_NEWS = 3
PLAIN_WIDTH = 120

STAGES = {Stage.COMING: "dim", Stage.CLOSED: "green", Stage.ASKED: "cyan"}
MARKS = {
    None: ("·", "dim"),
    "information": ("●", "green"),
    "nothing_known": ("○", "green"),
    "no_reply_by_deadline": ("✗", "red"),
}
GAP = ("▲", "yellow")


def new_console() -> Console:
    """Give a console; where nobody looks, its lines have one width everywhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def urgency(row: Row) -> Text:
    """Give the level of risk in its colour."""
    level = str(row.sample.contact["urgency"])
    return Text(level, style="bold red" if level == "red" else "yellow")


def marks(row: Row) -> Text:
    """Give one mark for each agency asked."""
    text = Text()
    for state in row.slots.values():
        text.append(*MARKS.get(state, GAP))
    return text.append(f" {row.answered}/{len(row.slots)}") if row.slots else text


@contextmanager
def shown(board: Board, console: Console) -> Iterator[None]:
    """Show the board while the body runs."""
    if not console.is_terminal:
        board.hear = lambda news: console.print(_line(news), soft_wrap=True)
        yield
        return

    def now() -> RenderableType:
        return _table(board, wide=console.width >= WIDE)

    with Live(get_renderable=now, console=console, refresh_per_second=8, transient=True):
        yield


def _line(news: News) -> Text:
    line, row = Text(f"{news.seconds:6.1f} s  "), news.row
    if row is None:
        return line.append(news.text)
    asked = len(row.slots)
    line.append(f"{row.reference:<15}  {row.sample.contact['urgency']:<5}  ")
    line.append(f"{row.answered}/{asked}  " if asked else "     ")
    line.append(news.text)
    if clock := row.next_clock:
        line.append(f", {plain(clock['kind'])} due {when(clock['due_at'])}")
    return line


def _table(board: Board, *, wide: bool) -> RenderableType:
    gap = (0, 2 if wide else 1, 0, 0)
    table = Table(box=None, padding=gap, pad_edge=False, header_style="dim", expand=True)
    table.add_column("Contact", no_wrap=True, width=15)
    if wide:
        table.add_column("About", no_wrap=True, ratio=3)
    table.add_column("Level", width=5)
    table.add_column("State", no_wrap=True, width=14)
    table.add_column("Agencies", no_wrap=True, width=9)
    table.add_column("Next clock", no_wrap=True, width=23)
    table.add_column("Waits for", no_wrap=True, ratio=2)
    for row in board.rows:
        about = [row.sample.title] if wide else []
        table.add_row(
            row.reference or Text(row.sample.council, style="dim"),
            *about,
            urgency(row),
            Text(row.stage.value, style=STAGES.get(row.stage, "")),
            marks(row),
            _next_clock(row, board.now()),
            Text(row.waits_for, style="yellow" if row.held_up else "dim"),
        )
    return Group(Text(), table, Text(), *_news(board), _footer(board))


def _next_clock(row: Row, now: datetime) -> Text:
    clock = row.next_clock
    if clock is None:
        return Text()
    kind, due = plain(clock["kind"]), clock["due_at"]
    if datetime.fromisoformat(due) <= now:
        return Text(f"{kind} ran out", style="red")
    return Text(f"{kind} {when(due)}")


def _news(board: Board) -> list[Text]:
    whole = [news for news in board.news if news.row is None][-LAST_NEWS:]
    lines = [Text(news.text, style="cyan") for news in whole]
    return [*lines, *[Text()] * (LAST_NEWS - len(lines))]


def _footer(board: Board) -> Text:
    closed = sum(row.stage is Stage.CLOSED for row in board.rows)
    return Text(
        f"{hour(board.now())} by the run's clock, {board.seconds:.0f} s of yours; "
        f"{closed} of {len(board.rows)} closed",
        style="dim",
    )
