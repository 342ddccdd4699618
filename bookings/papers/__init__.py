"""What people are given to keep, and of what they are reminded: tickets, codes, calendars, months."""
