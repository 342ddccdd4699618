"""Select seats: by hand, under the rules of the sale, or the best available."""
