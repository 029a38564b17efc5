"""Errors every geo analysis raises, so that a caller can catch one family."""


class GeoError(ValueError):
    """An analysis cannot answer with the inputs it was given."""


class OutOfValidity(GeoError):
    """An input lies outside the range in which the named method is defined."""
