"""API tokens: made on a page, shown once, listed and revoked."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.api_token import list_api_tokens, make_api_token, revoke_api_token
from casm.errors import CasmError
from casm.sharing.words import CLASS_WORDS, FIELD_CLASS_WORDS, classes_in_words, fields_in_words
from web.accounts.entering import see_other
from web.accounts.own_session import own_gate, own_holder
from web.page_frame import render_page, say_done, say_wrong, words_of

blueprint = Blueprint("tokens", __name__)

LIVES_DAYS = (7, 30, 90, 365)
USUAL_DAYS = 90


@blueprint.get("/account/tokens")
def tokens_page() -> Response:
    """One's tokens, and the form for another; asks for the password again after a while, before it is filled in."""
    own_holder().check_confirmed()
    return tokens_form()


@blueprint.post("/account/tokens")
def make_token() -> Response:
    """Make a token and show it, this once."""
    holder = own_holder()
    holder.check_confirmed()
    form = request.form
    try:
        with own_gate(holder) as gate:
            made = make_api_token(
                gate,
                holder.account,
                name=form.get("name", ""),
                days=int(form["days"]) if form.get("days", "").isdecimal() else 0,
                asset_classes=None if form.get("all_layers") else form.getlist("layer"),
                field_classes=form.getlist("details"),
                may_write=bool(form.get("may_write")),
            )
    except CasmError as error:
        return tokens_form(error)
    page = render_page("accounts/token_made.html", "The token is made", text=made.text, token=made.token)
    return make_response(page, 201)


@blueprint.post("/account/tokens/<uuid:token_id>/revoke")
def revoke_token(token_id: UUID) -> AnyResponse:
    """End a token now."""
    holder = own_holder()
    try:
        with own_gate(holder) as gate:
            revoke_api_token(gate, holder.account, token_id)
    except CasmError as error:
        say_wrong(error)
    else:
        say_done("The token is revoked.")
    return see_other(url_for(".tokens_page"))


def tokens_form(error: CasmError | None = None) -> Response:
    """The page of tokens, with what was wrong and everything still filled in."""
    holder = own_holder()
    with own_gate(holder) as gate:
        tokens = list_api_tokens(gate, holder.account.id)
    page = render_page(
        "accounts/tokens.html", "API tokens", error=error and words_of(error), tokens=tokens, chosen=request.form,
        lives=LIVES_DAYS, usual=USUAL_DAYS, layers=CLASS_WORDS, details=FIELD_CLASS_WORDS,
        layers_of={token.id: classes_in_words(token.asset_classes) for token in tokens},
        details_of={token.id: fields_in_words(token.field_classes) for token in tokens},
    )  # fmt: skip
    return make_response(page, 200 if error is None else 400)
