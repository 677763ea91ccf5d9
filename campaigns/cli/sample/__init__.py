"""The sample campaign that the demo sends round after round."""
