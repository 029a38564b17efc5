"""The server for others than this machine: a private nginx in front of the application, both without rights of root."""
