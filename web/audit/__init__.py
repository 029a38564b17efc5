"""The audit on the web: a page for auditors and managers, and a record of what each page showed to whom."""

from flask import Flask

from web.audit import pages, views


def put_audit(app: Flask) -> None:
    """Serve the audit's page, and record what every page shows."""
    app.register_blueprint(pages.blueprint)
    views.record_views(app)
