"""Every page of sharing for those who are signed in, on one blueprint."""

# Their views are on the blueprint once they are imported.
from web.sharing import give, handling, links, outlines, overview  # noqa: F401
from web.sharing.blueprint import blueprint

__all__ = ["blueprint"]
