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
        accounts,
        answers_page,
        asset_files,
        audit,
        browser_session,
        cross_site,
        csp_report,
        errors,
        explain_api,
        forms,
        gate,
        health,
        kept_pages,
        limits,
        map_pages,
        marking,
        navigation,
        own_units,
        quality,
        records,
        request_log,
        search,
        security,
        table_page,
    )  # fmt: skip
    from web.dashboard import pages as dashboard_pages
    from web.fields import pages as field_pages
    from web.files import api as files_api
    from web.files import pages as file_pages
    from web.notices import pages as notice_pages
    from web.outlines import pages as outline_pages
    from web.proposals import api as proposal_api
    from web.proposals import pages as proposal_pages
    from web.sharing import owners, shared_map
    from web.sharing import pages as sharing_pages

    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.extensions["casm"] = config
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts)
    # Pages are made of records; a browser may keep the scripts and styles for an hour, nothing else.
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    for part in (
        answers_page, asset_files, csp_report, dashboard_pages, explain_api, field_pages, file_pages, files_api,
        health, map_pages, notice_pages, outline_pages, owners, proposal_api, proposal_pages, shared_map,
        sharing_pages, table_page,
    ):  # fmt: skip
        app.register_blueprint(part.blueprint)
    records.put_records(app)
    search.put_search(app)
    quality.put_quality(app)
    accounts.add_accounts(app, config)
    audit.put_audit(app)
    browser_session.keep_cookies(app, config)
    navigation.put_navigation(app)
    own_units.put_own_units(app)
    kept_pages.keep_pages(app)
    # What runs before a view runs in this order: its log line begins, its asker's requests are counted, where it comes
    # from is looked at, who asks, and which page its form came from.
    request_log.log_requests(app)
    limits.limit(app, config)
    cross_site.refuse_foreign(app)
    security.protect(app, config)
    marking.put_marking(app)
    gate.guard(app)
    forms.protect_forms(app)
    errors.explain(app)
    return app
