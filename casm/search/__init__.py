"""Records found by what people type: names, call signs, frequencies, numbers, with typing errors."""
