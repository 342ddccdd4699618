"""The bottom layer, which imports no other app: money, formats, caches, the database, admin bases."""
