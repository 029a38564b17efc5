"""Bring the embedded server back when it dies under a running program."""

from sqlalchemy import Engine, event

from casm.config import Settings
from casm.db.cluster import ensure_running
from casm.db.layout import Layout
from casm.db.processes import pid_in_file, server_pid


def revive_server(engine: Engine, settings: Settings) -> None:
    """Let the engine start the embedded server again when a connection finds it dead, and then connect.

    Only after a crash, which leaves postmaster.pid behind: a server that was stopped on purpose stays stopped.
    """
    if settings.database_url:
        return

    @event.listens_for(engine, "do_connect")
    def connect(dialect, _record, arguments, parameters):
        data = Layout(settings.data_dir).data
        if server_pid(data) is None and pid_in_file(data) is not None:
            ensure_running(settings)
        return dialect.connect(*arguments, **parameters)
