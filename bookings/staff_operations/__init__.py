"""What staff do with a performance and its places: put on sale, block, move, reprice, call off."""
