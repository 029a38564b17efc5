"""Rows of each class, put to the rules: figures out of columns, doubts out of figures."""
