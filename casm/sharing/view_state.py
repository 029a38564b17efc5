"""Everything that decides what a page shows to its reader, as one word: the rows there are and what may be seen."""

from dataclasses import dataclass

from casm.db.session import Database
from casm.sharing.standing import Standing
from casm.sharing.viewer import Viewer

# One message, and so one transaction and one snapshot, by which the database also learns who asks.
_READ = (
    "SELECT set_config('casm.context', %(context)s, true); "
    "SELECT casm_sec.view_state(), cardinality(casm_sec.writable_owners()) > 0, "
    "cardinality(casm_sec.managed_owners()) > 0, cardinality(casm_sec.audit_owners()) > 0"
)


@dataclass(frozen=True)
class ViewState:
    """A reader's state, the same for two readers only if they are shown the same; and what the reader may do at all."""

    word: str
    standing: Standing


def read_view_state(database: Database, viewer: Viewer) -> ViewState:
    """The state of the inventory for a viewer at this moment."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        row = connection.exec_driver_sql(_READ, {"context": database.seal.context_of(viewer)}).one()
    return ViewState(row[0], Standing(*map(bool, row[1:])))


def fold_changes(database: Database) -> int:
    """Add the changes that everybody sees up in one row; how many rows went. To be done now and then."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return int(connection.exec_driver_sql("SELECT casm_sec.fold_data_changes()").scalar_one())
