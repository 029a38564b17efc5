"""The groups of the `casm` command that need pages or maps, one a file."""
