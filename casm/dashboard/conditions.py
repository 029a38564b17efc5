"""What each figure counts, as one condition on rows of a class: for counting, and for listing exactly those counted."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from casm.assessments.due import NEVER_DUE_WHERE, due_months_of, overdue_before
from casm.dashboard.expiry import HORIZONS_DAYS, expiry_of
from casm.dashboard.importance import Important, important_fields
from casm.editing.record_class import RecordClass

HERE, RECENT, CURRENT, OVERDUE, UNVERIFIED, NEVER_DUE, EXPIRED = (
    "here", "recent", "current", "overdue", "unverified", "never-due", "expired",
)  # fmt: skip
MISSING, EXPIRES = "missing-", "expires-"
RECENT_DAYS = 30


def conditions_of(record_class: RecordClass, as_of: date) -> dict[str, ColumnElement[bool]]:
    """Figure → condition, for records in use; the same keys in the same order for one class on one day."""
    mapped = record_class.mapped
    due = never_due(record_class)
    cut = overdue_before(as_of, due_months_of(record_class.name))
    verified = and_(mapped.verified_on.is_not(None), mapped.verified_on <= as_of)
    since = datetime.combine(as_of - timedelta(days=RECENT_DAYS), time(), UTC)
    found: dict[str, ColumnElement[bool]] = {
        HERE: true(),
        RECENT: mapped.updated_at >= since,
        CURRENT: and_(not_(due), verified, mapped.verified_on >= cut),
        OVERDUE: and_(not_(due), verified, mapped.verified_on < cut),
        UNVERIFIED: and_(not_(due), or_(mapped.verified_on.is_(None), mapped.verified_on > as_of)),
        NEVER_DUE: due,
    }
    for one in important_fields(record_class.name):
        found[MISSING + one.name] = lacks(record_class, one)
    expiry = expiry_of(record_class.name)
    if expiry is not None:
        day, counts = getattr(mapped, expiry.column), expiry.counts(mapped)
        found[EXPIRED] = and_(counts, day < as_of)
        for days in HORIZONS_DAYS:
            found[f"{EXPIRES}{days}"] = and_(counts, day >= as_of, day <= as_of + timedelta(days=days))
    return found


def lacks(record_class: RecordClass, one: Important) -> ColumnElement[bool]:
    """Whether a record lacks an important field: none of its columns is known, and nothing makes it needless."""
    mapped = record_class.mapped
    unknown = [getattr(mapped, column).is_(None) for column in one.columns]
    needed = [not_(getattr(mapped, one.unless))] if one.unless else []
    return and_(*unknown, *needed)


def never_due(record_class: RecordClass) -> ColumnElement[bool]:
    """Whether a record holds until a newer edition is installed, so that it never falls due."""
    column = NEVER_DUE_WHERE.get(record_class.name)
    return false() if column is None else getattr(record_class.mapped, column)
