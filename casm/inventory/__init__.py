"""Communications assets, one mapped class and its reads and writes a file."""
