"""What a spreadsheet computes: in a row of answers, and over all rows of an edition."""
