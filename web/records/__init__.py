"""Pages and an API of single records: lists, forms, history, retiring; each is a call of casm.editing."""

from flask import Flask

from web.records import api, bulk_pages, class_map, edit_pages, list_pages


def put_records(app: Flask) -> None:
    """Serve the records; tables and class maps are of one blueprint."""
    for blueprint in dict.fromkeys(part.blueprint for part in (list_pages, class_map, bulk_pages, edit_pages, api)):
        app.register_blueprint(blueprint)
