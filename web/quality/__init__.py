"""Pages and an API of what is doubtful in the records: findings, their mends, merging and undoing it."""

from flask import Flask

from casm.quality.kept_findings import KeptFindings
from web.quality import api, merge_pages, pages
from web.quality.kept import EXTENSION


def put_quality(app: Flask) -> None:
    """Serve the findings."""
    app.extensions[EXTENSION] = KeptFindings()
    for part in (pages, merge_pages, api):
        app.register_blueprint(part.blueprint)
