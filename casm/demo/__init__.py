"""The demo region: real terrain and counties, an exercise inventory, and every answer computed from them."""
