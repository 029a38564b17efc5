"""A mail server (aiosmtpd) on a free port of loopback: prints the port, writes what it is handed into a folder."""

import asyncio
import json
import signal
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder = Path(sys.argv[1])
options = dict(argument.split("=", 1) for argument in sys.argv[2:])
TLS, LOGIN, ANSWER = options.get("tls", "no"), options.get("login", ""), int(options.get("answer", 250))


class Keeper:
    """Writes each letter down."""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if ANSWER == 550:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        if ANSWER != 250:
            return f"{ANSWER} not now"
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode(),
            "login": session.auth_data.login.decode() if session.auth_data else None,
            "encrypted": session.ssl is not None or TLS == "implicit",
        }
        number = len(list(folder.glob("*.json")))
        (folder / f"{number:03}.new").write_text(json.dumps(told))
        (folder / f"{number:03}.new").rename(folder / f"{number:03}.json")
        return "250 OK"


def authenticate(_server, _session, _envelope, _mechanism, data):
    """Whether the one login is given."""
    assert isinstance(data, LoginPassword)
    right = f"{data.login.decode()}:{data.password.decode()}" == LOGIN
    return AuthResult(success=right, handled=False, auth_data=data)


def context() -> ssl.SSLContext:
    """The server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(options["certificate"], options["key"])
    return made


def conversation() -> SMTP:
    """One client's."""
    return SMTP(
        Keeper(),
        tls_context=context() if TLS == "starttls" else None,
        require_starttls=TLS == "starttls",
        authenticator=authenticate,
        auth_required=bool(LOGIN),
        auth_require_tls=TLS == "starttls",
    )


async def serve() -> None:
    """Until SIGTERM."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, "127.0.0.1", 0, ssl=context() if TLS == "implicit" else None)
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()


asyncio.run(serve())
