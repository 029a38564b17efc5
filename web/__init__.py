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

    from web import (
        asset_files,
        cross_site,
        csp_report,
        errors,
        explain_api,
        gate,
        health,
        limits,
        map_pages,
        marking,
        request_log,
        security,
        table_page,
    )  # fmt: skip

    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.extensions["casm"] = config
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts)
    # Pages are made of records; a browser may keep the scripts and styles for an hour, nothing else.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    for part in (asset_files, csp_report, explain_api, health, map_pages, table_page):
        app.register_blueprint(part.blueprint)
    # What runs before a view runs in this order: its log line begins, its asker's requests are counted, where it comes
    # from is looked at, and who asks.
    request_log.log_requests(app)
    limits.limit(app, config)
    cross_site.refuse_foreign(app)
    security.protect(app, config)
    marking.put_marking(app)
    gate.guard(app)
    errors.explain(app)
    return app
