"""What exists, who owns it and who may see it: every table and every rule about it."""
