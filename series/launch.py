"""Serves the `app.py` of the folder it is started in, and restarts it when a file changes: `launch.py PORT TITLE`.

It is a script of its own because the reloader starts the program again and again, and watches all that is on the path:
that must be the app's folder, and none of the series' tools.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path.cwd())

import importlib  # noqa: E402 (the path must be set first, as for the rest)
import traceback  # noqa: E402
from typing import cast  # noqa: E402
from wsgiref.types import WSGIApplication  # noqa: E402

from werkzeug.serving import is_running_from_reloader, run_simple  # noqa: E402
from werkzeug.wrappers import Response  # noqa: E402


def load() -> WSGIApplication:
    """The application; when it cannot be imported, one that shows why, so that the next save can mend it."""
    try:
        return cast(WSGIApplication, importlib.import_module("app").app)
    except Exception:
        traceback.print_exc()
        return Response(traceback.format_exc(), status=500, mimetype="text/plain")


if __name__ == "__main__":
    port, title = int(sys.argv[1]), sys.argv[2]
    if not is_running_from_reloader():
        print(f"{title}: http://127.0.0.1:{port} (Ctrl-C stops it, a saved file restarts it)", flush=True)
    # Looking at the files once a second, because watching the whole path by notices exceeds the limits of some systems.
    run_simple("127.0.0.1", port, load(), use_reloader=True, reloader_type="stat", threaded=True)
