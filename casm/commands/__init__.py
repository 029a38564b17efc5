"""The casm command's groups, one a file."""
