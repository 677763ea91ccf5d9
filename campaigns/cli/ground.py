"""What the supervisor must know of the settings: reading them itself would cost it 20 MB for months."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    data_dir: Path
    redis_url: str
    call_deadline: float  # seconds
    http_host: str
    http_port: int
    practice_port: int

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def status_url(self) -> str:
        host = "127.0.0.1" if self.http_host in {"0.0.0.0", "::", ""} else self.http_host  # noqa: S104 - read, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.http_port}/"

    @property
    def feed_url(self) -> str:
        return f"http://127.0.0.1:{self.practice_port}/"

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            settings.data_dir,
            settings.redis_url,
            settings.call_deadline,
            settings.http_host,
            settings.http_port,
            settings.practice_port,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"data_dir": str(self.data_dir)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{**told, "data_dir": Path(told["data_dir"])})
