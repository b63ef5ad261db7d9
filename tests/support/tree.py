"""What is in the repository: the files that a clone would hold."""

import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted({path for path in paths if path.is_file()}))


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file, of some top folders only where any are named."""
    for path in files():
        where = path.relative_to(ROOT)
        if path.suffix == ".py" and (not folders or where.parts[0] in folders):
            yield where


def services() -> tuple[Path, ...]:
    """The folder of every service."""
    return tuple(sorted(file.parent for file in (ROOT / "services").glob("*/pyproject.toml")))


def import_name(service: Path) -> str:
    """Give the name a service is imported by."""
    return service.name.replace("-", "_")


def part(service: Path, name: str) -> list[Path]:
    """Every file of one part of a service: its module `name.py`, or its package `name/`."""
    source = service / "src" / import_name(service)
    module = source / f"{name}.py"
    return [module] if module.exists() else sorted((source / name).rglob("*.py"))


def handlers_class(service: Path) -> type[Any]:
    """Give the class that a service is built with: defined where its `handlers` begin."""
    module = import_module(f"{import_name(service)}.handlers")
    (kind,) = (
        item
        for name, item in vars(module).items()
        if name.endswith("Handlers") and item.__module__ == module.__name__
    )
    found: type[Any] = kind
    return found
