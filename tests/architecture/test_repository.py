"""The repository names no machine and no registry, and every distribution has its own name."""

import re
import tomllib
from pathlib import Path

import pytest

from support.tree import ROOT, files, services

HOSTS = re.compile(
    r"\b(?:p[y]pi\.org|p[y]thonhosted\.org|test\.p[y]pi|repo1\.m[a]ven|repo\.m[a]ven|mvnrep[o]sitory"
    r"|registry\.n[p]mjs|proxy\.g[o]lang|index\.c[r]ates|rubyg[e]ms)\b[\w.]*",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.$}~/-])/(?:home|root|work|Users|mnt|private)/[\w.-]+")
TEXTS = tuple(
    path.relative_to(ROOT)
    for path in files()
    if path.suffix not in {".png", ".jar", ".ico", ".gz"} and path.name != Path(__file__).name
)


@pytest.mark.parametrize("file", TEXTS, ids=str)
def test_a_file_names_no_machine_and_no_registry(file: Path) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert HOSTS.findall(text) == []
    assert MACHINE.findall(text) == []


@pytest.mark.parametrize("service", services(), ids=lambda path: path.name)
def test_a_distribution_is_named_after_its_folder(service: Path) -> None:
    project = tomllib.loads((service / "pyproject.toml").read_text())
    assert project["project"]["name"] == f"mash-{service.name}"
    package = f"src/{service.name.replace('-', '_')}"
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [package]
    assert (service / package / "__init__.py").read_text() == ""


def test_every_member_comes_from_the_workspace() -> None:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {f"mash-{service.name}" for service in services()} | {"mash-shared"}
    assert named <= set(root["project"]["dependencies"])
    sources = root["tool"]["uv"]["sources"]
    assert all(sources[name] == {"workspace": True} for name in named)


def test_every_service_has_the_same_files() -> None:
    wanted = {"__init__", "__main__", "api", "app", "consumers", "domain", "handlers", "settings"}
    for service in services():
        package = service / "src" / service.name.replace("-", "_")
        modules = {file.stem for file in package.glob("*.py")}
        packages = {file.parent.name for file in package.glob("*/__init__.py")}
        assert not modules & packages, service.name
        assert wanted <= modules | packages, service.name
        tests = {file.stem for file in (service / "tests").glob("*.py")}
        named = {"test_api", "test_consumers", "test_handlers"}
        named |= {"test_domain"} - {f"test_{package}" for package in packages}
        assert named <= tests, service.name
