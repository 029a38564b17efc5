"""Headers of every answer: what a page may load and run, who may frame it, that nothing is kept."""

import secrets

from flask import Flask, Response, g, request

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STATIC_ENDPOINTS = ("static", "asset_files.asset")


def page_nonce() -> str:
    """The word of this answer alone that lets its own inline scripts and styles run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def policy() -> str:
    """The content security policy: our own files, this page's own inline parts, nothing from any other host."""
    own_inline = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{own_inline}",
            f"style-src 'self'{own_inline}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def protect(app: Flask) -> None:
    """Put the headers on every answer of the application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy())
        if request.endpoint not in STATIC_ENDPOINTS:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
