"""Pages and the casm command: parse, call one casm function, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.config import WebConfig


def create_app(config: WebConfig) -> Flask:
    """The web application on an open database; nothing is read or opened before the first request.

    Imports wait until here, so that a command which serves no page starts without them.
    """
    from flask import Flask

    from web import asset_files, errors, explain_api, gate, health, map_pages, security, table_page

    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.extensions["casm"] = config
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts)
    # Pages are made of records; a browser may keep the scripts and styles for an hour, nothing else.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    for part in (asset_files, explain_api, health, map_pages, table_page):
        app.register_blueprint(part.blueprint)
    security.protect(app)
    gate.guard(app)
    errors.explain(app)
    return app
