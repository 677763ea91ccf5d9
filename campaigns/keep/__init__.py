"""What is kept and for how long: backups, putting one back, and what is deleted when it is old."""
