"""Facts about Talos's configuration types, one table a release; ``table`` reads them."""
