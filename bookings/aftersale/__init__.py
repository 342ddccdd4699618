"""What becomes of an order that is paid: changed, given back, paid back, sent again, reviewed."""
