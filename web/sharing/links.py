"""Making share links and changing their passwords."""

from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casm.errors import CasmError
from casm.sharing.links import LONGEST, SHORTEST_PASSWORD, USUAL, list_links, make_link, set_link_password
from web.page_frame import render_page, say_done, words_of
from web.sharing.blueprint import INTERNAL, blueprint
from web.sharing.part_form import end_of_form, owner_of_form, part_choices, part_of_form
from web.viewer import viewer_session


@blueprint.get("/links/new")
def new_link() -> str:
    """The form, with what most show on a map chosen."""
    until = datetime.now(UTC) + USUAL
    layers = ("site", "station", "backhaul_link", "agency", "coverage", "interoperability", "gap")
    chosen = MultiDict([*(("layer", layer) for layer in layers), ("until", f"{until:%Y-%m-%d}")])
    return _form(chosen)


@blueprint.post("/links/new")
def make() -> tuple[str, int]:
    """Make the link and show its address, this once."""
    form = request.form
    try:
        with viewer_session() as session:
            link, token = make_link(
                session,
                owner_of_form(form),
                form.get("title", ""),
                part_of_form(session, form),
                password=form.get("password") or None,
                expires_at=end_of_form(form, LONGEST),
            )
    except CasmError as error:
        return _form(form, words_of(error)), 400
    address = url_for("shared.arrive", token=token, _external=True)
    page = render_page(
        "sharing/link_made.html", "The link is made", marking=INTERNAL, link=link, address=address,
        with_password=bool(form.get("password")),
    )  # fmt: skip
    return page, 201


@blueprint.get("/links/<uuid:link_id>/password")
def link_password(link_id: UUID) -> str:
    """The form for another password."""
    return _password_form(link_id)


@blueprint.post("/links/<uuid:link_id>/password")
def change_link_password(link_id: UUID) -> Response | tuple[str, int]:
    """Set or remove the password; whoever looks at the moment must give the new one."""
    password = None if "remove" in request.form else request.form.get("password", "")
    if password == "":
        return _password_form(link_id, "No password is given. Write one, or remove it."), 400
    try:
        with viewer_session() as session:
            set_link_password(session, link_id, password)
    except CasmError as error:
        return _password_form(link_id, words_of(error)), 400
    say_done("The link has no password any more." if password is None else "The link has a new password.")
    return redirect(url_for("sharing.overview"), 303)


def _password_form(link_id: UUID, error: str = "") -> str:
    with viewer_session() as session:
        found = [row for row in list_links(session) if row.link.id == link_id and row.open]
    if not found:
        abort(404)
    return render_page(
        "sharing/link_password.html", "Password of a link", marking=INTERNAL, row=found[0], error=error,
        shortest=SHORTEST_PASSWORD,
    )  # fmt: skip


def _form(chosen: MultiDict[str, str], error: str = "") -> str:
    with viewer_session() as session:
        choices = part_choices(session)
    last = datetime.now(UTC) + LONGEST
    return render_page(
        "sharing/new_link.html", "New share link", marking=INTERNAL, chosen=chosen, error=error,
        last_day=f"{last:%Y-%m-%d}", shortest=SHORTEST_PASSWORD, **choices,
    )  # fmt: skip
