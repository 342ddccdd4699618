"""How performances sell: figures from the transaction log, orders and tickets, with charts."""
