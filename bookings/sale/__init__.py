"""The sale itself: holds, prices, orders, and every lock and hand-written statement of them."""
