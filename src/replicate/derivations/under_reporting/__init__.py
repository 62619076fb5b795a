"""What notebook 03 asks: how far recorded figures can fall short, by each legitimate model, and what each rests on."""
