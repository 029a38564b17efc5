"""Records that are probably one and the same thing: pure, over names, places and ends; blocked, so never n by n."""
