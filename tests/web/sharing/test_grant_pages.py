"""The pages of grants: filled in as a person would, seen by the other side, revoked."""

from datetime import UTC, datetime, timedelta

import pytest

TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"


@pytest.fixture
def fields(world):
    """What Ann fills in to show Campbell County's sites and stations to Scott County."""
    return {
        "owner": str(world.campbell), "layer": ["site", "station"], "where": "everywhere", "precision": "0",
        "to": "owner", "recipient_owner": "us.tn.scott", "until": TOMORROW, "note": "Mutual aid 2026",
    }  # fmt: skip


def newest_grant(page: str) -> str:
    """The address of the first revoke button."""
    return page.split('action="/sharing/grants/')[1].partition('"')[0]


def test_a_grant_is_given_seen_and_revoked(browser_of, fields):
    ann, ray = browser_of("ann"), browser_of("ray")
    assert "Ridge" not in ray.text("/table")
    ann.post("/sharing/give", fields, page="/sharing/give")
    shared = ann.text("/sharing")
    assert "Shared with Scott County." in shared
    assert "Towers and other sites, stations at the sites" in shared
    assert "Ridge" in ray.text("/table")
    received = ray.text("/sharing")
    assert "Campbell County" in received
    assert "Mutual aid 2026" in received
    assert "shown to Scott County" in ray.text("/sharing/from-others")
    ann.post(f"/sharing/grants/{newest_grant(shared)}")
    assert "Ridge" not in ray.text("/table")
    assert "Nobody shares anything with you." in ray.text("/sharing")
