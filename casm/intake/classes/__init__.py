"""How each class of record is read from a table: its fields, their headings, units and parsers."""
