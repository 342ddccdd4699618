"""The seat map: the places of a performance, how they are drawn, and which are available."""
