"""Pages on which managers add fields of their own to a class of record, change and retire them."""
