"""What is remembered: all the SQL."""
