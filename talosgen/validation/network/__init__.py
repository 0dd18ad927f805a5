"""Rules of the network's kinds."""
