"""Where images stand on disk; apart from `mediastore`, so that who only sends them loads no decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def path_of(media_dir: Path, digest: str) -> Path:
    """Where the image with this SHA-256 (hex) stands, or would."""
    return media_dir / digest[:2] / digest


def small_path_of(media_dir: Path, digest: str) -> Path:
    """Where its small picture stands, or would; it can be made again at any time."""
    return media_dir / digest[:2] / f"{digest}.small"
