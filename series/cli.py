"""The commands: what each is called, what it takes, and which module carries it out."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from series import environment
from series.project import Trouble

OVERVIEW = f"""\
Dram: a web framework that you read. Usage: {environment.COMMAND} COMMAND

To read
  read                    build the site, serve it, and reload it when a file changes
  build                   write the site as static files

To compare
  diff A B                what changed between two steps, or between a folder and a step
  steps                   the table of steps; with --stats, figures of their code

To run
  run STEP                the example app of a step (or of your folder) on the development server

To type along
  start STEP DIR          a copy of the step before, to work in
  test STEP --on DIR      the promises of STEP, held against your folder

To check
  test                    everything: promises, essays, exercises, tools and site
  matrix                  which step keeps which promise
  bench [STEP…]           the speed of each step, next to Flask, Bottle and bare Werkzeug
  fuzz                    100,000 bad requests, each of which must be answered well
  peers [STEP]            how many of the tests that Flask was released with pass on a step
  storm                   the last step under load, while the processes that serve it are killed
  ways [STEP]             the way of one request through each step, held against what is written down

To write
  new SLUG                the next step: a copy of the last one, an empty suite, an essay to fill
  carry STEP              merge an edit of a step into all later steps

A step is named by its number or its name: 2, 02 or routing. Each command explains itself with --help.
"""


def main(argv: Sequence[str]) -> int:
    """Carry out a command line and return its exit code: 2 for what its author can mend, 130 for Ctrl-C."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(OVERVIEW, end="")
        return 0
    args = parser().parse_args(argv)
    try:
        code = environment.enter("check" if args.command in ("test", "matrix", "fuzz") else "read", argv)
        if code is None:
            module, _, function = args.carried_out_by.partition(":")
            code = int(getattr(importlib.import_module(f"series.{module}"), function)(args))
        return code
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # Its output goes to a pager that was left, or to `head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def parser() -> argparse.ArgumentParser:
    """The parser of all commands. Whatever it makes has `carried_out_by`, "module:function" in `series`."""
    top = argparse.ArgumentParser(prog=environment.COMMAND, usage="%(prog)s COMMAND", add_help=False)
    commands = top.add_subparsers(prog=environment.COMMAND, dest="command", metavar="COMMAND", required=True)

    def add(name: str, carried_out_by: str, description: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, description=description)
        command.set_defaults(carried_out_by=carried_out_by)
        return command

    _add_site(add("read", "serve:run_read", "Build the site, serve it on this machine, and reload it on each change."))
    _add_build(add("build", "serve:run_build", "Write the site as static files, to be put on any web server."))
    _add_diff(add("diff", "diffs:run", "Show what changed from A to B. Each is a step or a folder."))
    _add_test(add("test", "testing:run", "Check. Without STEP everything; with STEP the promises of steps 1 to STEP."))
    _add_carry(add("carry", "carry:run", "Merge an edit of STEP into all later steps, in order; stop at a conflict."))
    add("matrix", "promises:run", "Print which step keeps which promise.")
    _add_peers(add("peers", "peers:run", "Run the tests that Flask was released with on a step, as 'flask'."))

    _add_bench(add("bench", "bench:run", "Measure requests in each step, in Flask, in Bottle and with Werkzeug alone."))
    _add_fuzz(add("fuzz", "fuzz:run", "Send bad requests to the last step, and say which it fails at."))
    _add_storm(add("storm", "storm:run", "Have readers use the last step while the workers that serve it are killed."))

    _add_ways(add("ways", "ways:run", "Record the way of a request through each step, and compare it with its file."))

    steps = add("steps", "table:run", "Print the table of steps.")
    steps.add_argument("--stats", action="store_true", help="add figures of the code, with those of other frameworks")
    run = add("run", "workshop:run_step", "Serve the example app of a step, and restart it on each change.")
    run.add_argument("step", metavar="STEP", help="number or name of a step, or a folder that holds an app.py")
    run.add_argument("--port", type=port, default=5000, help="port to serve on (default: 5000)")
    start = add("start", "workshop:start", "Copy the step before STEP into a new folder, for typing along.")
    start.add_argument("step", metavar="STEP", help="the step that you want to write")
    start.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet, or is empty")
    new = add("new", "workshop:new", "Begin the next step: a copy of the last one, an empty suite, an essay to fill.")
    new.add_argument("slug", metavar="SLUG", help="its name in lower-case words, such as app_context")
    return top


def port(text: str) -> int:
    """A port number from the command line."""
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number


def seconds(text: str) -> float:
    """A time from the command line, of an hour at most."""
    number = float(text)
    if not 1 <= number <= 3600:
        raise argparse.ArgumentTypeError("a storm takes 1 to 3600 seconds")
    return number


def _add_site(read: argparse.ArgumentParser) -> None:
    read.add_argument("--port", type=port, default=8000, help="port to serve on (default: 8000)")
    read.add_argument("--no-browser", action="store_true", help="do not open a browser")
    _add_python(read)


def _add_build(build: argparse.ArgumentParser) -> None:
    build.add_argument("--out", metavar="DIR", type=Path, default=Path("site"), help="where to (default: site)")
    build.add_argument("--site-url", metavar="URL", default="", help="public address: adds feed, sitemap and previews")
    build.add_argument("--offline", action="store_true", help="an edition that works from a folder, without a server")
    _add_python(build)


def _add_python(site: argparse.ArgumentParser) -> None:
    site.add_argument(
        "--with-python", action="store_true", help="add the Python that runs the steps in the page; needs npm"
    )


def _add_diff(diff: argparse.ArgumentParser) -> None:
    for name in "a", "b":
        diff.add_argument(name, metavar=name.upper(), help="number or name of a step, or a folder")
    diff.add_argument("--stat", action="store_true", help="only the files and how many lines")
    diff.add_argument("--side-by-side", action="store_true", help="old and new next to each other")


def _add_test(test: argparse.ArgumentParser) -> None:
    test.add_argument("step", metavar="STEP", nargs="?", help="number or name of a step (default: everything)")
    test.add_argument("--on", metavar="DIR", type=Path, help="hold the promises against this folder")
    test.add_argument("--exercise", metavar="NAME", help="the test of this exercise of STEP only")
    test.add_argument("--report", action="store_true", help="print all figures at the end")


def _add_peers(peers: argparse.ArgumentParser) -> None:
    peers.add_argument("step", metavar="STEP", nargs="?", help="a step or a folder (default: all steps from 10 on)")
    peers.add_argument("--failures", metavar="N", type=int, default=0, help="list the first N tests that fail")
    peers.add_argument("--write", action="store_true", help="keep the figures in posts/peers.json, for the site")


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument("steps", metavar="STEP", nargs="*", help="number or name of a step (default: all)")
    bench.add_argument("--write", action="store_true", help="store the figures, for the site to show")


def _add_ways(ways: argparse.ArgumentParser) -> None:
    ways.add_argument("step", metavar="STEP", nargs="?", help="number or name of a step (default: all)")
    ways.add_argument("--write", action="store_true", help="write the ways into tests/series/ways")


def _add_fuzz(fuzz: argparse.ArgumentParser) -> None:
    fuzz.add_argument("--cases", metavar="N", type=int, default=100_000, help="how many (default: 100000)")
    fuzz.add_argument("--seed", metavar="S", type=int, default=1, help="what they are made from (default: 1)")


def _add_storm(storm: argparse.ArgumentParser) -> None:
    storm.add_argument("--seconds", metavar="N", type=seconds, default=20, help="for how long (default: 20)")
    storm.add_argument("--write", action="store_true", help="keep the figures in posts/storm.json, for the site")


def _add_carry(carry: argparse.ArgumentParser) -> None:
    carry.add_argument("step", metavar="STEP", nargs="?", help="the step that was edited")
    carry.add_argument("--since", metavar="REV", help="the edit since this git revision (default: the uncommitted one)")
    instead = carry.add_mutually_exclusive_group()
    instead.add_argument("--continue", dest="go_on", action="store_true", help="go on after a conflict was resolved")
    instead.add_argument("--abort", action="store_true", help="put all steps back as they were")
