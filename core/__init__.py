"""The bottom layer, which imports no other app: money, caches, the database, admin bases."""
