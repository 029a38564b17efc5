"""Headers of every answer: what a page may load and run, who may frame it, that nothing is kept."""

import secrets

from flask import Flask, Response, g, request

from web import csp_report
from web.config import WebConfig

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",
}
# A year, as browsers ask for; other names of the domain are not ours to decide on.
STRICT_TRANSPORT = "max-age=31536000"
STATIC_ENDPOINTS = ("static", "asset_files.asset")


def page_nonce() -> str:
    """The word of this answer alone that lets its own inline scripts and styles run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def policy(nonce: str = "") -> str:
    """The content security policy: our own files, a page's own inline parts, nothing from any other host."""
    own_inline = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{own_inline}",
            f"style-src 'self'{own_inline}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            f"report-uri {csp_report.PATH}",
        )
    )


def fixed_headers(*, encrypted: bool) -> dict[str, str]:
    """The headers that are the same on every answer; encrypted: people reach it by TLS."""
    return FIXED | ({"Strict-Transport-Security": STRICT_TRANSPORT} if encrypted else {})


def protect(app: Flask, config: WebConfig) -> None:
    """Put the headers on every answer of the application."""
    fixed = fixed_headers(encrypted=config.encrypted)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy(g.get("nonce", "")))
        if request.endpoint not in STATIC_ENDPOINTS or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response
