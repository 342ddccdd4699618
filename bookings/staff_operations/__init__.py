"""Staff operations on a performance: put on sale, block, move, change prices, cancel."""
