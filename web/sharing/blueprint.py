"""The addresses of sharing for those who are signed in."""

from flask import Blueprint

from casm.exchange.marking import Marking

blueprint = Blueprint("sharing", __name__, url_prefix="/sharing")

# Who shares what with whom is for those who see the page, and for their partners as far as they need it.
INTERNAL = Marking(tlp="AMBER", sensitivity="internal")
