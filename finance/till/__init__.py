"""Till sessions: opening, cash in and out, cashing up, reports."""
