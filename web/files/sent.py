"""A file as an answer: always to be saved, never shown by the browser, and marked."""

import base64

from flask import Response

from casm.attachments.file_names import ending_of, stem_of
from casm.exchange.marking import Marking
from casm.inventory.attachment import AttachmentContent
from web.marking import bear

# Should a browser show it all the same: without scripts, forms, an origin of ours or anything from elsewhere.
SHUT = "sandbox; default-src 'none'"


def saved_as(content: AttachmentContent, file_name: str, marking: Marking) -> Response:
    """The content for saving, under a name that bears the mark."""
    bear(marking)
    response = Response(content.content, mimetype=content.media_type)
    name = marking.file_name(stem_of(file_name), ending_of(file_name) or "bin")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = SHUT
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(content.sha256)}:"
    return response


def _base64(sha256: str) -> str:
    """A digest as HTTP writes it (RFC 9530)."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()
