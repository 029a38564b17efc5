"""Letters through a real mail server: plain on this machine, encrypted elsewhere, refused, and beside the work."""

import email
import email.policy

import pytest

from casm.errors import CasmError
from casm.mail.letter import Letter
from casm.mail.mailer import Mailer, NoMailServer, finish_posting
from casm.mail.settings import MailSettings

LETTER = Letter(
    "reader@campbell.example", "An invitation – to Peñasco", "Dear reader,\n\nhttps://casm.example/x\n.\nEnd\n"
)


def mailer(url: str) -> Mailer:
    """A mailer as the environment would make it."""
    given = {"CASM_SMTP_URL": url, "CASM_MAIL_FROM": "casm@agency.example", "CASM_PUBLIC_URL": "https://casm.example"}
    return Mailer(MailSettings.from_environment(given))


def test_a_letter_arrives_as_it_was_written(mail_server):
    server = mail_server()
    mailer(f"smtp://127.0.0.1:{server.port}").send(LETTER)
    (told,) = server.letters()
    assert (told["from"], told["to"], told["encrypted"]) == ("casm@agency.example", [LETTER.to], False)
    message = email.message_from_string(told["content"], policy=email.policy.default)
    assert (message["To"], message["Subject"]) == (LETTER.to, LETTER.subject)
    assert message["From"] == "CASM <casm@agency.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert message["Message-ID"].endswith("@agency.example>")


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "starttls"), ("smtps", "implicit")])
def test_login_and_letter_go_encrypted(mail_server, certificate, scheme, tls):
    server = mail_server(tls=tls, login="us er:p@ss:w", certificate=certificate[0], key=certificate[1])
    query = f"ca={certificate[0]}" + ("&starttls=yes" if tls == "starttls" else "")
    mailer(f"{scheme}://us%20er:p%40ss%3Aw@127.0.0.1:{server.port}?{query}").send(LETTER)
    (told,) = server.letters()
    assert (told["login"], told["encrypted"]) == ("us er", True)


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "starttls"), ("smtps", "implicit")])
def test_a_certificate_nobody_vouches_for_is_refused(mail_server, certificate, scheme, tls):
    server = mail_server(tls=tls, certificate=certificate[0], key=certificate[1])
    with pytest.raises(CasmError, match="not to be trusted"):
        mailer(f"{scheme}://127.0.0.1:{server.port}?starttls=yes").send(LETTER)
    with pytest.raises(CasmError, match="not to be trusted"):
        mailer(f"{scheme}://localhost:{server.port}?starttls=yes&ca={certificate[0]}").send(LETTER)
    assert server.letters() == []


def test_a_server_without_encryption_gets_no_password(mail_server):
    server = mail_server(login="user:S3cret")
    with pytest.raises(CasmError, match="did not take the letter") as caught:
        mailer(f"smtp://user:S3cret@127.0.0.1:{server.port}?starttls=yes").send(LETTER)
    assert "S3cret" not in str(caught.value)
    assert server.letters() == []


def test_a_wrong_login_is_said_without_the_password(mail_server, certificate):
    server = mail_server(tls="implicit", login="user:right", certificate=certificate[0], key=certificate[1])
    with pytest.raises(CasmError, match="it answered 535") as caught:
        mailer(f"smtps://user:wr0ng@127.0.0.1:{server.port}?ca={certificate[0]}").send(LETTER)
    assert "wr0ng" not in str(caught.value)


@pytest.mark.parametrize(("answer", "said"), [(550, "refuses this address"), (451, "it answered 451")])
def test_a_refusal_is_said(mail_server, answer, said):
    server = mail_server(answer=answer)
    with pytest.raises(CasmError, match=said):
        mailer(f"smtp://127.0.0.1:{server.port}").send(LETTER)


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(CasmError, match="Connection refused"):
        mailer("smtp://127.0.0.1:1").send(LETTER)


def test_no_server_set_is_said():
    none = Mailer(MailSettings.from_environment({}))
    assert not none.can_send
    with pytest.raises(NoMailServer, match="CASM_SMTP_URL is not set"):
        none.send(LETTER)


def test_posting_returns_at_once_and_failures_are_logged_without_the_letter(mail_server, caplog):
    server = mail_server()
    mailer(f"smtp://127.0.0.1:{server.port}").post(LETTER)
    mailer("smtp://127.0.0.1:1").post(LETTER)
    Mailer(MailSettings.from_environment({})).post(LETTER)
    finish_posting()
    assert len(server.letters()) == 1
    assert len(caplog.records) == 2
    assert LETTER.to not in caplog.text
    assert "casm.example/x" not in caplog.text


@pytest.mark.parametrize(
    "letter",
    [
        Letter("a@b.example\r\nBcc: c@d.example", "x", "x"),
        Letter("a@b.example, c@d.example", "x", "x"),
        Letter("A <a@b.example>", "x", "x"),
        Letter("<a@b.example>", "x", "x"),
        Letter("@b.example", "x", "x"),
        Letter("", "x", "x"),
        Letter("a@b.example", "x\nBcc: c@d.example", "x"),
        Letter("a@b.example", "x\r\n\r\nanother text", "x"),
        Letter("a@b.example", "x\x85y", "x"),
        Letter("a@b.example", "", "x"),
    ],
)
def test_headers_cannot_be_slipped_in(mail_server, letter):
    server = mail_server()
    with pytest.raises(CasmError, match="cannot be put into a mail"):
        mailer(f"smtp://127.0.0.1:{server.port}").send(letter)
    assert server.letters() == []


def test_a_text_stays_a_text(mail_server):
    server = mail_server()
    text = "Bcc: c@d.example\n\n.\nQUIT\nRCPT TO:<c@d.example>\n\0"
    mailer(f"smtp://127.0.0.1:{server.port}").send(Letter("a@b.example", "x", text))
    (told,) = server.letters()
    assert told["to"] == ["a@b.example"]
    message = email.message_from_string(told["content"], policy=email.policy.default)
    assert message["Bcc"] is None
    assert message.get_content().replace("\r\n", "\n") == text.replace("\0", "")
