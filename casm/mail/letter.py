"""One letter in plain text; whatever could slip a header or a recipient in is refused."""

import email.utils
import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage

from casm.errors import CasmError

LONGEST_SUBJECT = 200
# RFC 5321's dot-string, without quoting: what no mail server and no header reads otherwise than it looks.
MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Letter:
    """To whom, about what, and the text (with its links, so hidden from repr)."""

    to: str
    subject: str
    text: str = field(repr=False)


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it is sent; CasmError when a header would not be what it seems."""
    message = EmailMessage()
    message["From"] = Address(display_name="CASM", addr_spec=one_address(sender))
    message["To"] = Address(addr_spec=one_address(letter.to))
    message["Subject"] = one_line(letter.subject)
    message["Date"] = email.utils.formatdate(usegmt=True)
    message["Message-ID"] = email.utils.make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(letter.text.replace("\0", ""), charset="utf-8", cte="quoted-printable")
    return message


def one_address(address: str) -> str:
    """An address that names one mailbox and nothing else."""
    if not (address.isascii() and address.isprintable() and MAILBOX.fullmatch(address)):
        raise unfit("address")
    return address


def one_line(subject: str) -> str:
    """A subject without line breaks or other control characters."""
    if not subject.isprintable() or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise unfit("subject")
    return subject


def unfit(part: str) -> CasmError:
    """What is said of a letter that cannot be sent as it is."""
    return CasmError(
        f"This letter's {part} cannot be put into a mail.", "leave out line breaks and signs that steer mail"
    )
