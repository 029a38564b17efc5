"""Files and photos on records: what may be attached, what it is, adding, replacing, retiring and downloading it."""
