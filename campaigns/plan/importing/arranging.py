"""What an upload holds, and everything put where its campaign file looks for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.core.findings import Finding, Level
from campaigns.core.mediastore import MediaTrouble, inside
from campaigns.core.words import Sentence
from campaigns.plan.nodes import shown
from campaigns.plan.reading import read_campaign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from campaigns.plan.reading import Read

CAMPAIGN, TABLE = (".yaml", ".yml"), (".csv",)
MOST_NAMED = 5  # files that one sentence names


@dataclass(frozen=True, slots=True)
class Contents:
    """A campaign file, or, without one, a table of posts for a campaign that is there already."""

    main: Path
    is_table: bool


def contents(folder: Path) -> Contents:
    """Raises `Misuse` when the folder holds neither, or more than one."""
    for endings, is_table in ((CAMPAIGN, False), (TABLE, True)):
        found = [path for path in _files(folder) if path.suffix.lower() in endings]
        depth = min((len(path.parts) for path in found), default=0)
        top = [path for path in found if len(path.parts) == depth]
        if len(top) > 1:
            raise Misuse(
                "There are several: %(named)s. Upload one of them at a time.", named=_named(top, folder)
            )
        if top:
            return Contents(top[0], is_table)
    raise Misuse(
        "There is no campaign file (.yaml) and no table of posts (.csv) among %(named)s.",
        named=_named(_files(folder), folder),
    )


def read_arranged(main: Path, folder: Path) -> Read:
    """The campaign file, read; what came without its folders is found by its name alone.

    A browser sends `door.png` where the campaign file says `images/door.png`.
    """
    read = read_campaign(main)
    if any(finding.code == "no-file" for finding in read.findings):
        missing = [Path(finding.file) for finding in read.findings if finding.code == "no-file"]
        if _bring(missing, folder):
            read = read_campaign(main)
    if read.spec:
        bring_images(read.spec.folder or folder, (m.file for p in read.spec.posts for m in p.media), folder)
    return read


def bring_images(home: Path, files: Iterable[str], folder: Path) -> None:
    """Puts images where they are looked for from `home`, if one of that name came at all."""
    wanted = []
    for file in dict.fromkeys(files):
        try:
            wanted.append(inside(home, file))
        except MediaTrouble:
            continue  # it is told when the image is looked at
    _bring(wanted, folder)


def unused(read: Read, folder: Path) -> list[Finding]:
    """A note on each file that came along for nothing: more often a slip than a wish."""
    if read.spec is None:
        return []
    home = read.spec.folder or folder
    used = {Path(read.spec.source).resolve(), *(Path(post.source).resolve() for post in read.spec.posts)}
    used |= {(home / media.file).resolve() for post in read.spec.posts for media in post.media}
    names = {path.name for path in used}
    return [
        Finding(
            str(path),
            0,
            Level.NOTE,
            "not-used",
            Sentence("This file came along, and no post names it."),
            Sentence("Nothing to do if that suits; else name it under `media`."),
        )
        for path in _files(folder)
        if path.resolve() not in used and path.name not in names
    ]


def without_folder(findings: Iterable[Finding], folder: Path) -> list[Finding]:
    """As their reader knows the files: where we keep them is nobody's business."""
    return sorted(replace(finding, file=_short(finding.file, folder)) for finding in findings)


def _bring(wanted: Iterable[Path], folder: Path) -> bool:
    """Whether anything was found."""
    by_name: dict[str, list[Path]] = {}
    for path in _files(folder):
        by_name.setdefault(path.name, []).append(path)
    brought = False
    for place in wanted:
        alike = by_name.get(place.name, [])
        if len(alike) == 1 and not place.exists() and place.resolve().is_relative_to(folder.resolve()):
            with suppress(OSError):  # a file stands where its folder would: it is told as missing
                place.parent.mkdir(parents=True, exist_ok=True)
                place.hardlink_to(alike[0])
                brought = True
    return brought


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _named(paths: list[Path], folder: Path) -> str:
    if not paths:
        return Sentence("what came")
    names = ", ".join(shown(str(path.relative_to(folder))) for path in paths[:MOST_NAMED])
    more = len(paths) - MOST_NAMED
    return Sentence("%(names)s and %(more)s more", names=names, more=more) if more > 0 else names


def _short(file: str, folder: Path) -> str:
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
