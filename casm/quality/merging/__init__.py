"""Two records made one: choose what stays, point every reference to it, and undo it as a whole."""
