"""Tables of records: filtered by any field, sorted by any column, page by page, as fast over a million rows."""
