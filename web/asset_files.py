"""Third-party scripts and styles, from our own disk and only those on the list."""

from flask import Blueprint, Response, abort, send_file

from web.maps.assets import URL_PREFIX, file_of

blueprint = Blueprint("asset_files", __name__)


@blueprint.get(f"{URL_PREFIX}<path:address>")
def asset(address: str) -> Response:
    """One listed file."""
    path = file_of(address)
    if path is None:
        abort(404)
    return send_file(path, conditional=True)
