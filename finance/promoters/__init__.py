"""The pages of promoters: the sales of their own shows, and their settlements."""
