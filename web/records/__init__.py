"""Pages and an API of single records: lists, forms, history, retiring; each is a call of casm.editing."""

from flask import Flask

from web.records import api, edit_pages, list_pages


def put_records(app: Flask) -> None:
    """Serve the records."""
    for part in (list_pages, edit_pages, api):
        app.register_blueprint(part.blueprint)
