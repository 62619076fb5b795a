"""The figures that are drawn: each takes a frame and returns a matplotlib figure for `display.figure` to show."""
