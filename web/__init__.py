"""Pages and the casm command: parse, call one casm function, render."""
