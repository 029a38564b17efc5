"""Fields that owners add to a class of record: defined on a page, checked, searched and exported like any other."""
