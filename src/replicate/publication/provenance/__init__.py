"""What was made from what, in the forms that archives and other people's programs read."""
