"""What notebook 02 asks: how much of what is reported is recorded, how well, and what missing data can and cannot say."""
