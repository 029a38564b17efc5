"""The units that the person at this browser reads and types in; programs and whoever has no account chose none."""

from flask import Flask

from casm.editing.own_units import CHOICES, OwnUnits
from web.viewer import signed_in


def own_units() -> OwnUnits:
    """As chosen on the account page; what nobody chose is shown as it is kept."""
    holder = signed_in()
    if holder is None:
        return OwnUnits()
    return OwnUnits(**{name: getattr(holder.account, name) for name in CHOICES})


def put_own_units(app: Flask) -> None:
    """Let templates write a canonical text of a field in the reader's units, and name that unit, None without one."""
    app.jinja_env.globals["in_own_units"] = lambda name, text: own_units().shown(name, text)
    app.jinja_env.globals["pair_in_own_units"] = lambda one: own_units().shown_pair(one.name, one.before, one.after)
    app.jinja_env.globals["own_unit_of"] = lambda name: own_units().unit_of(name)
