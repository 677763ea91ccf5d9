"""SDKs built on `requests`, tamed: one request on the wire, one verdict, in threads of our own.

The session gives the verdict before the SDK sees the answer, since SDKs throw away what we need:
how long to wait, whether a byte was sent, what the platform said.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError
from urllib3.util import Retry

from campaigns.core.words import Sentence
from campaigns.platforms.contract import PlatformError, Reconnect, TryLater, Unclear
from campaigns.platforms.http import IDLE_REUSE
from campaigns.platforms.verdicts import heard, tidy, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.platforms.verdicts import Answer

CONNECT_SHARE = 0.25  # of the deadline; what times out while connecting was provably not sent
THREADS = 32

_T = TypeVar("_T")
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sdk")


async def in_thread(call: Callable[[], _T]) -> _T:
    """Runs a blocking call; a `PlatformError` that the SDK wrapped in one of its own comes out again.

    When the await is cancelled the call goes on in its thread, but no longer than the session's deadline.
    A pool of our own, since asyncio's has as many threads as cores plus four: a few platforms that
    hang would stop all others.
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, call)
    except PlatformError:
        raise
    except Exception as error:
        inner: BaseException | None = error
        while inner and not isinstance(inner, PlatformError):
            inner = inner.__cause__ or inner.__context__
        if inner:
            raise inner from None
        raise Unclear(
            Sentence("The answer could not be understood: %(why)s", why=tidy(str(error))), sick=False
        ) from error


class OnceSession(requests.Session):
    """A `requests` session that sends each request once, and raises what its answer means.

    Only a 2xx answer with a body in JSON is returned. `judge` may say what another 4xx means; else
    429 is `TryLater`, 401 `Reconnect`, the rest `Refused`. `deadline` is seconds, for connecting and
    waiting for the answer together.
    """

    def __init__(
        self, label: str, deadline: float, judge: Callable[[Answer], PlatformError | None] | None = None
    ) -> None:
        super().__init__()
        self._label, self._judge = label, judge
        self._timeout = (deadline * CONNECT_SHARE, deadline * (1 - CONNECT_SHARE))
        self._used = 0.0
        self.auth = _as_it_is
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(max_retries=Retry(0, read=False)))

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        if time.monotonic() - self._used > IDLE_REUSE:
            for adapter in self.adapters.values():
                adapter.close()  # an idle connection may be closing at the other end just now
        try:
            response = super().request(
                method, url, *args, **kwargs | {"timeout": self._timeout, "allow_redirects": False}
            )
        except requests.RequestException as error:
            raise self._failure(error) from None  # its words carry addresses and headers
        finally:
            self._used = time.monotonic()
        return self._accepted(response)

    def _accepted(self, response: requests.Response) -> requests.Response:
        if not 200 <= response.status_code < 300:  # noqa: PLR2004 - the class of statuses
            hidden = [response.request.headers.get("Authorization", "").rpartition(" ")[2]]
            answer = heard(response.status_code, response.headers, response.content, hidden)
            raise verdict(answer, self._label, judge=self._judge)
        try:
            response.json()
        except ValueError:
            raise Unclear(
                Sentence("%(platform)s answered with something that is not JSON.", platform=self._label),
                sick=False,
            ) from None
        return response

    def _failure(self, error: requests.RequestException) -> PlatformError:
        if isinstance(
            error,
            requests.exceptions.InvalidURL
            | requests.exceptions.InvalidSchema
            | requests.exceptions.MissingSchema,
        ):
            return Reconnect(
                Sentence(
                    "The server address of this %(platform)s account is not a web address.",
                    platform=self._label,
                )
            )
        if isinstance(error, requests.exceptions.SSLError) and _never_left(error):
            return TryLater(
                Sentence(
                    "The certificate of %(platform)s's server is not trusted; nothing was sent.",
                    platform=self._label,
                )
            )
        if _never_left(error):
            return TryLater(
                Sentence("%(platform)s could not be reached; nothing was sent.", platform=self._label)
            )
        if isinstance(error, requests.Timeout):
            return Unclear(
                Sentence(
                    "%(platform)s did not answer within %(seconds)s s.",
                    platform=self._label,
                    seconds=f"{sum(self._timeout):g}",
                )
            )
        return Unclear(
            Sentence("%(platform)s broke the connection before its answer was whole.", platform=self._label),
            sick=False,
        )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps `requests` from replacing the SDK's Authorization header by a login out of ~/.netrc."""
    return request


def _never_left(error: requests.RequestException) -> bool:
    """Whether it failed while connecting, so that provably no byte of the request was sent."""
    reason: Any = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return True
    return isinstance(reason, Exception) and any(
        isinstance(cause, ssl.SSLCertVerificationError) for cause in (reason, *reason.args)
    )
