"""What somebody uploads: a campaign file with what belongs to it, or posts for a campaign that is there."""
