"""Where a transmitter serves, from path loss to probability to polygon."""
