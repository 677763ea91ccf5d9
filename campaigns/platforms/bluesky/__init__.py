"""Bluesky, or any other server (PDS) of the AT Protocol that keeps posts as `app.bsky.feed.post`."""
