"""Tell those who rule an owner that answers of its were withdrawn, since what they rest on has changed."""

from sqlalchemy.orm import Session

from casm.notices.kinds import RESULT_WITHDRAWN
from casm.notices.notify import About, notify
from casm.sharing.viewer import Viewer


def tell_withdrawn(session: Session, viewer: Viewer, count: int) -> None:
    """Tell the managers of the owner whose results these were; nobody where none went."""
    if count:
        notify(session, RESULT_WITHDRAWN, About(viewer.home_owner_id), to_managers=True, details={"count": count})
