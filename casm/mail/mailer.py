"""Handing letters to the mail server: at once, where its answer matters, or beside the work, where time would tell."""

import logging
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from casm.errors import CasmError
from casm.mail.letter import Letter, message_of
from casm.mail.settings import MailSettings, SmtpServer

TIMEOUT_SECONDS = 20.0
# A letter beside the work waits for a free place; where all are taken by a mail server that hangs, it is given up.
AT_ONCE = 4
WAIT_SECONDS = 60.0

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(AT_ONCE)
_posting: set[threading.Thread] = set()


class NoMailServer(CasmError):
    """No mail server is set, so that nothing can be sent."""

    def __init__(self) -> None:
        super().__init__(
            "No mail can be sent: CASM_SMTP_URL is not set.", "set it, or hand the link over by another safe way"
        )


@dataclass(frozen=True)
class Mailer:
    """Sends letters by the server of its settings."""

    settings: MailSettings

    @property
    def can_send(self) -> bool:
        """Whether there is a server to send by."""
        return self.settings.server is not None

    def link(self, path: str) -> str:
        """The public address of a page of ours; path begins with a slash."""
        return self.settings.public_url + path

    def send(self, letter: Letter) -> None:
        """Hand the letter to the server and wait for its word.

        NoMailServer without one; CasmError, which names neither password nor text, when the server does not take it.
        """
        server = self.settings.server
        if server is None:
            raise NoMailServer
        message = message_of(letter, self.settings.sender)
        try:
            with connected(server) as client:
                client.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            raise CasmError(
                "The mail server refuses this address.", "check how it is written; it may also not send to strangers"
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise CasmError(
                f"The mail server's certificate is not to be trusted: {error.verify_message}.",
                "correct the host's name in CASM_SMTP_URL, or name its authority's certificate with ?ca=FILE",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise CasmError(
                f"The mail server did not take the letter: {reason_of(error)}.", "check CASM_SMTP_URL"
            ) from None

    def post(self, letter: Letter) -> None:
        """Send the letter beside the work, so that the time an answer takes says nothing of it; failures are logged."""
        if self.can_send:
            thread = threading.Thread(target=self._post, args=(letter,), name="casm-mail")
            _posting.add(thread)
            thread.start()
        else:
            log.error("a letter was not sent: CASM_SMTP_URL is not set")

    def _post(self, letter: Letter) -> None:
        try:
            if not _places.acquire(timeout=WAIT_SECONDS):
                log.error("a letter was not sent: the mail server is too slow")
                return
            try:
                self.send(letter)
            except CasmError as error:
                log.error("a letter was not sent: %s", error.message)
            finally:
                _places.release()
        finally:
            _posting.discard(threading.current_thread())


def finish_posting() -> None:
    """Wait until every letter posted so far is sent or given up."""
    for thread in list(_posting):
        thread.join()


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A conversation with the server, encrypted and signed in as its settings say."""
    trust = ssl.create_default_context(cafile=server.ca_file) if server.implicit_tls or server.starttls else None
    client: smtplib.SMTP
    if server.implicit_tls:
        client = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    with client:
        if server.starttls:
            client.starttls(context=trust)
        if server.user is not None:
            client.login(server.user, server.password or "")
        yield client


def reason_of(error: Exception) -> str:
    """Why it failed, in the server's code or the system's words, never in what we sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
