"""The sale: holds, prices, orders, and all their locks."""
