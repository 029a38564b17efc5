"""Reference libraries that come with the program, each with its edition."""
