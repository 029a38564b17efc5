"""The asker's findings, as this process keeps them."""

import uuid

from flask import current_app
from sqlalchemy.orm import Session

from casm.quality.finding import Finding
from web.config import web_config
from web.viewer import current_viewer

EXTENSION = "casm.kept_findings"


def asked_findings(session: Session, owner_id: uuid.UUID | None) -> tuple[Finding, ...]:
    """What the rules say of the records that the asker sees of an owner and those below it."""
    found: tuple[Finding, ...] = current_app.extensions[EXTENSION].read(
        web_config().database, current_viewer(), session, owner_id
    )
    return found
