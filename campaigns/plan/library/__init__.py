"""The organisation's images: taken in, looked through, described, and thrown away once no post needs them."""
