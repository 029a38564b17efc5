"""Pages and an API of the files and photos on records: each is a call of casm.attachments."""
