"""Pages of accounts: signing in, one's own profile, and the people one rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.config import WebConfig


def add_accounts(app: Flask, config: WebConfig) -> None:
    """Put every page of accounts into the application."""
    from casm.accounts.session import ConfirmationNeeded
    from web.accounts import (
        factor_pages,
        invitation_pages,
        password_pages,
        people_pages,
        profile_pages,
        provider_client,
        provider_pages,
        sign_in_pages,
        token_pages,
    )

    app.extensions["casm_providers"] = provider_client.make_clients(config.providers)
    for part in (
        factor_pages, invitation_pages, password_pages, people_pages, profile_pages, provider_pages, sign_in_pages,
        token_pages,
    ):  # fmt: skip
        app.register_blueprint(part.blueprint)
    app.register_error_handler(ConfirmationNeeded, profile_pages.ask_to_confirm)
