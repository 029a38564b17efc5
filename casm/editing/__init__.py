"""Records changed by people: forms, versions that cannot be overwritten unknowingly, history, put back, retire."""
