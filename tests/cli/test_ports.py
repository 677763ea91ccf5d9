from __future__ import annotations

import pytest

from campaigns.cli.ports import answers, listen


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", ""])  # noqa: S104 - for the blink of a test
def test_a_port_answers_while_somebody_listens_there_under_whatever_name(host: str) -> None:
    with listen(host, 0, "BEACON_HTTP_PORT") as listener:
        port = listener.getsockname()[1]
        assert answers(host, port)
    assert not answers(host, port)
