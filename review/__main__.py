"""`python -m review` is `modellaw`."""

from review.cli import main

main()
