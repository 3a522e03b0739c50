"""What is learned, as people write it: deck files and the cards in them."""
