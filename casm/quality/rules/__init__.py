"""The rules, one a file: figures and texts in, doubts out; no database, no viewer. Each names its source."""
