"""Images made fit to be shown: nothing in them but the picture, upright; and small ones to look through."""
