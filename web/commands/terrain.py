"""Which terrain the pages draw their shaded relief from."""

from pathlib import Path

from casm.assessments.coverage_study import find_terrain
from casm.commands.terminal import tell
from casm.config import Settings
from casm.errors import CasmError


def relief_terrain(settings: Settings, chosen: Path | None) -> Path | None:
    """The chosen terrain file, else the one in the data folder; None, said aloud, when there is not just one."""
    try:
        return find_terrain(settings.data_dir, chosen)
    except CasmError as error:
        if chosen is not None:
            raise
        tell(f"The map is drawn without shaded relief: {error.message}")
        return None
