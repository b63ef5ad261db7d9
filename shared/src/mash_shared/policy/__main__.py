"""`python -m mash_shared.policy --folder deploy/policies`: the packs side by side."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mash_shared.policy.errors import PackInvalidError
from mash_shared.policy.loading import load_packs
from mash_shared.policy.table import as_markdown, as_table

app = typer.Typer(add_completion=False)


@app.command()
def show(
    folder: Annotated[Path, typer.Option(help="Where the packs are.")] = Path("deploy/policies"),
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="As a page for docs/.")] = False,
) -> None:
    """Show the councils' policies side by side; exit 1 and say what to mend if one is invalid."""
    console = Console()
    try:
        packs = load_packs(folder)
    except PackInvalidError as invalid:
        for problem in invalid.problems:
            Console(stderr=True).print(str(problem), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
    if markdown:
        typer.echo(as_markdown(packs), nl=False)
    else:
        console.print(as_table(packs))


if __name__ == "__main__":
    app()
