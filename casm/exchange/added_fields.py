"""What records have in fields that owners added, on its way out with them: properties that begin with ``custom_``."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition, read_definitions
from casm.custom_fields.stored_values import json_of_values, read_values
from casm.db.columns import SENSITIVITY
from casm.exchange.feature import ROWS_AT_A_TIME, Feature
from casm.inventory.owner import Owner
from casm.sharing.leaving import is_kept_out


def with_added_fields(session: Session, record_class: str, features: Iterator[Feature]) -> Iterator[Feature]:
    """The features of records of a class, each with its owner's further fields; those that may not leave stay behind.

    A sensitive one is absent where nothing is seen in it, so that hidden and unknown look alike. A feature is handled
    as the strictest field in it asks.
    """
    definitions = read_definitions(session, record_class)
    if not definitions:
        yield from features
        return
    while chunk := list(islice(features, ROWS_AT_A_TIME)):
        codes = {feature.owner_code for feature in chunk}
        owners = session.execute(select(Owner.code, Owner.id).where(Owner.code.in_(codes)))
        owner_ids = {row.code: row.id for row in owners}
        keys = [(owner_ids[feature.owner_code], feature.id) for feature in chunk]
        values = read_values(session, keys, definitions)
        for (owner_id, record_id), feature in zip(keys, chunk, strict=True):
            known = values.get(record_id, {})
            shown = [
                one
                for one in definitions
                if one.holds_for(feature.owner_code)
                and (one.row.field_class == "public" or one.id in known)
                and not is_kept_out(session, owner_id, one.row.sensitivity)
            ]
            yield _with(feature, shown, known)


def _with(feature: Feature, shown: list[Definition], known: dict) -> Feature:
    rows = [one.row.sensitivity for one in shown if one.id in known]
    strictest = max((feature.sensitivity, *rows), key=SENSITIVITY.index)
    properties = {**feature.properties, **json_of_values(shown, known), "sensitivity": strictest}
    return replace(feature, properties=properties, sensitivity=strictest)
