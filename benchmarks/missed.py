"""Why a promise is missed, where somebody has found out: by the words that the promise begins with."""

REASONS: dict[str, str] = {}
