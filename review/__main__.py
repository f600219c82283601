"""The program `modellaw`, which is `python -m review` too."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; an interruption while it is still loading is one like any other."""
    try:
        from review.cli import main as run_modellaw
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run_modellaw()


if __name__ == "__main__":
    main()
