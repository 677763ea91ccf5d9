"""A small social network of our own, to rehearse on: nothing posted here is public."""
