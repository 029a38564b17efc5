"""On whose behalf a request reads and writes."""

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from casm.sharing.viewer import Viewer
from web.config import web_config


def current_viewer() -> Viewer:
    """Who asks."""
    return web_config().viewer


def viewer_session() -> AbstractContextManager[Session]:
    """A session of the asker's: committed at the end, rolled back on an error."""
    return web_config().database.session(current_viewer())
