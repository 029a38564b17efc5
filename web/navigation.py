"""The links at the head of each page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One link: what it says, the endpoint it leads to, and who is shown it (a word of web.access)."""

    label: str
    endpoint: str
    who: str


ENTRIES = (
    Entry("Map", "map_pages.map_page", "reader"),
    Entry("Tables", "table_page.table", "reader"),
)
