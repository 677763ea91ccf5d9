"""The pages agree with the product: links lead somewhere, names exist, nothing is left unexplained."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from campaigns.cli.main import app
from campaigns.models.states import ARROWS, State
from campaigns.platforms.practice.accounts import Kind
from campaigns.platforms.practice.faults import Effect
from campaigns.platforms.registry import PLATFORMS
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[2]
PAGES = sorted(HOUSE.glob("docs/**/*.md")) + [
    HOUSE / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
]
DECISIONS = sorted(HOUSE.glob("docs/decisions/[0-9]*.md"))
ENGINE = HOUSE / "docs" / "how-the-engine-keeps-its-promises.md"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")


def _name(page: Path) -> str:
    return str(page.relative_to(HOUSE))


every_page = pytest.mark.parametrize("page", PAGES, ids=_name)


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text("utf-8"))


@cache
def _anchors(page: Path) -> frozenset[str]:
    """What a link may point to: headings as GitHub names them, and anchors written by hand."""
    prose = _prose(page)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return frozenset(slugs | set(re.findall(r'<a id="([^"]+)">', prose)))


# Links.


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_prose(page)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in _anchors(target), f"{link}: no such heading"


@every_page
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    assert page in _reachable()


@cache
def _reachable() -> frozenset[Path]:
    seen: set[Path] = set()
    ahead = [HOUSE / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        ahead += [(page.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(_prose(page))]
    return frozenset(seen)


# Commands and settings.


@every_page
def test_every_command_on_a_page_exists(page: Path) -> None:
    for words in _commands(page):
        _follow(words)


def _commands(page: Path) -> Iterator[list[str]]:
    """The `beacon ...` command lines of a page, in its console blocks and in its sentences."""
    text = page.read_text("utf-8")
    for language, block in _FENCED.findall(text):
        if language == "console":
            yield from (
                line.split("#")[0].split()[1:]
                for line in re.findall(r"^\$ (?:\.venv/bin/)?(beacon .*)$", block, re.MULTILINE)
            )
    yield from (code.split()[1:] for code in _INLINE.findall(_prose(page)) if code.startswith("beacon "))


def _follow(words: list[str]) -> None:
    """Fails unless the words name a command, and its options are options of that command."""
    command: Any = typer.main.get_command(app)
    said = "beacon"
    rest = list(words)
    while (group := getattr(command, "commands", None)) and rest and not rest[0].startswith("-"):
        said = f"{said} {rest[0]}"
        assert rest[0] in group, f"there is no `{said}`"
        command = group[rest.pop(0)]
    if said == "beacon account connect":
        return  # its further options are the platform's questions
    known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    for word in rest:
        if word.startswith("-") and word != "-":
            assert word.partition("=")[0] in known | {"--help", "--version"}, f"`{said}` has no {word}"


@every_page
def test_every_setting_on_a_page_exists(page: Path) -> None:
    known = {f"BEACON_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bBEACON_[A-Z_]+\b", page.read_text("utf-8"))) <= known


# The engine's page.


def test_every_state_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", _states_section(), re.MULTILINE)) == set(State)


def _states_section() -> str:
    return ENGINE.read_text("utf-8").partition("## The states of a delivery")[2].partition("\n## ")[0]


def test_the_pictures_of_the_states_show_every_arrow_and_no_other() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+)$", _states_section(), re.MULTILINE)
    assert len(drawn) == len(set(drawn)), "an arrow is drawn twice"
    there_are = {(str(before), str(after)) for before, after in ARROWS}
    assert set(drawn) == there_are


def test_every_file_that_the_engine_s_walk_names_exists() -> None:
    walk = ENGINE.read_text("utf-8").partition("## The walk")[2].partition("\n### ")[0]
    named = re.findall(r"`((?:plan|deliver|workers)/[\w./]+)`", walk)
    assert named
    for path in named:
        assert (HOUSE / path).exists() or (HOUSE / "campaigns" / path).exists(), path


# Decisions.


@pytest.mark.parametrize("page", DECISIONS, ids=_name)
def test_every_decision_names_tests_that_exist(page: Path) -> None:
    enforced = page.read_text("utf-8").partition("## Enforced by")[2]
    named = re.findall(r"^- `([^`:]+)::(\w+)`$", enforced, re.MULTILINE)
    assert named, "a decision names at least one test"
    for path, test in named:
        assert test in _tests_in(HOUSE / path), f"{path} has no {test}"


@cache
def _tests_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_decisions_are_numbered_without_a_gap_and_all_are_listed() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = (HOUSE / "docs" / "decisions" / "README.md").read_text("utf-8")
    for page in DECISIONS:
        assert page.read_text("utf-8").startswith(f"# {page.name[:4]} ")
        assert f"({page.name})" in listed


# The README and the platforms.


def test_the_map_names_every_folder_of_the_house_and_no_other() -> None:
    readme = (HOUSE / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([\w/]+/)` \|", readme, re.MULTILINE))
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    folders = {f"{path.split('/')[0]}/" for path in tracked if "/" in path and not path.startswith(".")}
    rooms = {
        f"campaigns/{path.split('/')[1]}/"
        for path in tracked
        if path.startswith("campaigns/") and path.count("/") > 1
    }
    assert named == folders | rooms


def test_the_readme_tells_the_order_of_the_rooms_that_the_contract_enforces() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    layers = [
        layer.replace("campaigns.", "").replace(" | ", " and ") for layer in reversed(contract["layers"])
    ]
    rooms = ", ".join(layer for layer in layers if layer != "app")
    assert f"which a check enforces:\n{rooms}." in (HOUSE / "README.md").read_text("utf-8")


def test_every_platform_has_a_page() -> None:
    pages = {page.name for page in PAGES}
    for platform in PLATFORMS:
        assert {f"connect-{platform}.md", f"{platform}-platform.md"} & pages, platform


@pytest.mark.parametrize("knob", [*Effect, *Kind])
def test_every_fault_and_class_of_the_practice_platform_is_explained(knob: str) -> None:
    assert f"\n| `{knob}` |" in (HOUSE / "docs" / "practice-platform.md").read_text("utf-8")


def test_pictures_are_small_and_are_described() -> None:
    readme = (HOUSE / "README.md").read_text("utf-8")
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", readme)
    assert pictures
    for words, path in pictures:
        assert len(words.split()) > 5  # an alt text, not a label
        assert (HOUSE / path).stat().st_size < 200_000
