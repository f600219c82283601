"""Getting answers in: templates to fill in, what people hand in read, planned and written."""
