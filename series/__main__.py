"""`python3 series COMMAND`: looks at the Python that it was started with, then hands over to `series.cli`.

This file alone must be readable to every Python, also to 2.7, so that an old one gets a sentence and no traceback.
"""

import os
import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "The series needs Python 3.11 or newer, and this is Python %d.%d: install a newer one, and start it by its"
        " name, for example 'python3.13 series'.\n" % sys.version_info[:2]
    )
    sys.exit(2)

# Started by its folder's name, Python puts that folder first on the path, where `series/markup.py` would stand for
# any module of that name; what is wanted there is the folder above.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from series.cli import main  # noqa: E402 (needs the path set above)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
