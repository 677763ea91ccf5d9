"""Mastodon, and fediverse servers that speak its API."""
