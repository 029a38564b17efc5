"""What people are told inside the application: by whom it concerns, behind the same walls as what it is about."""
