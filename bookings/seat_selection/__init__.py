"""From a wish to places: by hand under the house's rules, or the best there are."""
