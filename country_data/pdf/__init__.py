"""Tables of PDFs: what stands on pages, read in a process of its own; tables found there; and these as sheets."""
