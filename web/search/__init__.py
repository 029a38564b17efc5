"""One box over all records: its page of results, and the same for programs."""

from flask import Flask

from web.search import api, pages


def put_search(app: Flask) -> None:
    """Serve the search."""
    for part in (pages, api):
        app.register_blueprint(part.blueprint)
