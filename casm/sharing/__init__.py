"""Who is asking, and what that viewer may see."""
