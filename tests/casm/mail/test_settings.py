"""The three variables: read as meant, or named when wrong, and never repeated with their password."""

import pytest

from casm.errors import CasmError
from casm.mail.settings import MailSettings


def read(**variables: str) -> MailSettings:
    return MailSettings.from_environment({f"CASM_{name}": value for name, value in variables.items()})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, True, None)),
        ("smtp://mail.example:2525?starttls=no", ("mail.example", 2525, False, False, None)),
        ("smtps://u:p@mail.example", ("mail.example", 465, True, False, "u")),
        ("smtp://localhost:25", ("localhost", 25, False, False, None)),
        ("smtp://[::1]:25", ("::1", 25, False, False, None)),
        ("smtp://u%40x:p%2F@127.0.0.1:25?starttls=yes", ("127.0.0.1", 25, False, True, "u@x")),
    ],
)
def test_addresses_are_read(url, expected):
    server = read(SMTP_URL=url).server
    assert (server.host, server.port, server.implicit_tls, server.starttls, server.user) == expected


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://u:S3cret@mail.example:port", "smtp://mail.example/path",
     "smtp://u:S3cret@mail.example?tls=maybe", "smtp://u:S3cret@mail.example?starttls=no"],
)  # fmt: skip
def test_wrong_ones_are_refused_without_their_password(url):
    with pytest.raises(CasmError, match=r"^CASM_SMTP_URL") as caught:
        read(SMTP_URL=url)
    assert "S3cret" not in str(caught.value)


def test_passwords_are_hidden():
    assert "S3cret" not in repr(read(SMTP_URL="smtps://u:S3cret@mail.example"))


def test_the_sender_is_named_after_the_site_unless_said():
    assert read(PUBLIC_URL="https://casm.agency.example/").sender == "casm@casm.agency.example"
    assert read(PUBLIC_URL="https://casm.agency.example/").public_url == "https://casm.agency.example"
    assert read(MAIL_FROM="radio@agency.example").sender == "radio@agency.example"
    assert read().server is None


@pytest.mark.parametrize("url", ["casm.example", "ftp://casm.example", "https://", "https://casm.example?x=1"])
def test_a_site_needs_an_address(url):
    with pytest.raises(CasmError, match=r"^CASM_PUBLIC_URL"):
        read(PUBLIC_URL=url)


@pytest.mark.parametrize("sender", ["nobody", "a@b\nBcc: c@d", "a@b@c"])
def test_a_sender_needs_one_too(sender):
    with pytest.raises(CasmError, match=r"^CASM_MAIL_FROM"):
        read(MAIL_FROM=sender)
