"""What is read from a campaign file of which one thing is asked: its only finding, or its only post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories.campaign_files import read_posts

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.core.findings import Finding
    from campaigns.plan.spec import PostSpec


def only_finding(folder: Path, posts: str) -> Finding:
    findings = read_posts(folder, posts).findings
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def only_post(folder: Path, post: str) -> PostSpec:
    read = read_posts(folder, post)
    assert read.findings == []
    assert read.spec is not None
    return read.spec.posts[0]
