"""A campaign as a folder that loads again: its file, with an `id` for each post, and its images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse, Unusable
from campaigns.core.mediapaths import path_of
from campaigns.core.mediastore import inside
from campaigns.plan.stored import read_stored
from campaigns.plan.writing import write_campaign

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.spec import CampaignSpec

FILE = "campaign.yaml"


def export_campaign(session: Session, organisation_id: int, slug: str, folder: Path, media_dir: Path) -> Path:
    """Writes `campaign.yaml` and the images it names into `folder`; returns the file's path.

    Loading it where it came from changes nothing; elsewhere it makes the same campaign. Raises `Misuse`
    when there is no such campaign or when something else stands in the way, `Unusable` when an image
    is gone from the media folder. Nothing that stands there is overwritten.
    """
    spec, images = _portable(session, organisation_id, slug)
    contents = {FILE: write_campaign(spec).encode()}
    for file, digest in images.items():
        try:
            contents[file] = path_of(media_dir, digest).read_bytes()
        except OSError as gone:
            raise Unusable(
                f"The image {file} is missing from the media folder {media_dir}; restore it from a backup."
            ) from gone
    for file, content in contents.items():
        there = inside(folder, file)
        if there.exists() and (not there.is_file() or there.read_bytes() != content):
            raise Misuse(
                "%(there)s is there already and differs; export to another folder, or move it away.",
                there=there,
            )
    try:
        for file, content in contents.items():
            there = inside(folder, file)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
    except OSError as refused:
        raise Misuse(
            "%(folder)s can't be written (%(why)s); export to another folder.",
            folder=folder,
            why=refused.strerror,
        ) from refused
    return folder / FILE


def campaign_text(session: Session, organisation_id: int, slug: str) -> str:
    """The file alone; raises `Misuse` when there is no such campaign."""
    return write_campaign(_portable(session, organisation_id, slug)[0])


def _portable(session: Session, organisation_id: int, slug: str) -> tuple[CampaignSpec, dict[str, str]]:
    """The campaign, and the SHA-256 of each image by its name there."""
    stored = read_stored(session, organisation_id, slug)
    if stored is None:
        raise Misuse("There is no campaign %(slug)s; see: beacon campaign list", slug=repr(slug))
    pictures = (picture for post in stored.posts if not post.removed for picture in post.pictures)
    return stored.spec, {picture.file: picture.facts.sha256 for picture in pictures}
