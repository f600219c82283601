"""Results turned into pages, one module a subject; every writer shows the same pages."""
