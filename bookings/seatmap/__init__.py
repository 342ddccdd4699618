"""The map: which places a performance has, how they are drawn, and which of them are free."""
