"""Connecting a Mastodon account: any server, by a token or by registering Beacon there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from campaigns.core.words import Sentence, joined
from campaigns.platforms.addresses import base_url, is_exposed
from campaigns.platforms.contract import Connection, Reconnect, Refused, Unclear
from campaigns.platforms.mastodon.client import AGENT, SCOPES, open_client, open_session
from campaigns.platforms.sdk import in_thread

if TYPE_CHECKING:
    import aiohttp
    from mastodon import Mastodon

    from campaigns.platforms.contract import Talk
    from campaigns.platforms.sdk import OnceSession

EXAMPLE = "mastodon.social"
DEADLINE = 20.0  # seconds for each request while a person waits
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"  # the server shows the code instead of sending it somewhere
TOLD = ("statuses", "media_attachments")  # the parts of the server's configuration that `RULES` reads


async def connect(talk: Talk, http: aiohttp.ClientSession) -> Connection:
    """Asks for `server`, then for `token`; without one, registers Beacon there and asks for the `code`.

    Raises `Misuse` for a server that is no web address, a `PlatformError` for what the server said.
    """
    del http  # Mastodon.py brings its own
    server = base_url(
        talk.ask("server", f"Address of your Mastodon server (such as {EXAMPLE})"), example=EXAMPLE
    )
    if is_exposed(server):
        talk.tell(f"Caution: {server} is not encrypted; the token can be read on its way.")
    session = open_session(DEADLINE)
    try:
        token = talk.ask(
            "token", "Access token (empty: connect with a code)", secret=True, default=""
        ).strip()
        token = token or await _token_by_code(talk, server, session)
        client = open_client(server, session, token)
        account = await in_thread(client.account_verify_credentials)
        instance = await _instance(client)
    finally:
        session.close()
    if not account.get("acct"):
        raise Refused(Sentence("%(server)s does not speak Mastodon's API; check the address.", server=server))
    handle = f"@{account['acct']}@{instance.get('domain') or urlsplit(server).hostname}"
    return Connection(server, handle, {"access_token": token}, _limits(instance))


async def _token_by_code(talk: Talk, server: str, session: OnceSession) -> str:
    client = open_client(server, session)
    client_id, client_secret = await in_thread(
        lambda: client.create_app(AGENT, SCOPES, api_base_url=server, session=session, user_agent=AGENT)
    )
    page = client.auth_request_url(client_id, OUT_OF_BAND, SCOPES, skip_server_info=True)
    talk.tell(f"Open this page, allow Beacon to post, and copy the code that it shows:\n{page}")
    exchange = {
        "grant_type": "authorization_code",
        "code": talk.ask("code", "Code", secret=True).strip(),
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_uri": OUT_OF_BAND,
        "scope": " ".join(SCOPES),
    }
    try:
        # Mastodon.py's log_in would ask for the OAuth metadata first, which few other servers have.
        answer = await in_thread(lambda: session.post(f"{server}/oauth/token", data=exchange).json())
    except (Refused, Reconnect) as wrong:
        raise Refused(
            joined(Sentence("The code was not taken; start again for a new one."), wrong.sentence)
        ) from wrong
    return str(answer["access_token"])


async def _instance(client: Mastodon) -> dict[str, Any]:
    """What the server tells of itself; nothing where it tells nothing."""
    for ask in (client.instance_v2, client.instance_v1):
        try:
            return dict(await in_thread(ask))
        except (Refused, Unclear):
            continue
    return {}


def _limits(instance: dict[str, Any]) -> dict[str, Any]:
    configuration = instance.get("configuration") or {}
    told = {
        part: {name: value for name, value in configuration[part].items() if value is not None}
        for part in TOLD
        if isinstance(configuration.get(part), dict)
    }
    if old := instance.get("max_toot_chars"):  # Pleroma and its kin
        told.setdefault("statuses", {}).setdefault("max_characters", old)
    return told
