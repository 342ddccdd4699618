"""For developers: bench, fault runner, screenshots and the message check."""
