import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest


def suite_passes(folder):
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "test_app.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert done.returncode in (0, 1), f"test_app.py does not run: {done.stdout[-300:]}"
    return done.returncode == 0


def copy_to(folder):
    import dram

    step = Path(dram.__file__).parents[1]
    shutil.copytree(step, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    return folder


@cache
def passes_on_the_application_as_it_is(base):
    return suite_passes(copy_to(base / "whole"))


@pytest.mark.parametrize(
    ("file", "sound", "damaged"),
    [
        ("database.py", "order by id", "order by id desc"),
        ("app.py", "0 < len(text) <= app", "0 < len(text) < app"),
        ("app.py", "number=number), 303)", "number=number), 301)"),
        ("app.py", '"X-Content-Type-Options", "nosniff"', '"X-Nothing", "nosniff"'),
    ],
    ids=["newest note first", "longest note refused", "note moved for good", "no nosniff"],
)
def test_the_suite_of_marginalia_notices(file, sound, damaged, tmp_path, tmp_path_factory):
    assert passes_on_the_application_as_it_is(tmp_path_factory.getbasetemp())
    changed = copy_to(tmp_path) / file
    text = changed.read_text(encoding="utf-8")
    assert text.count(sound) == 1
    changed.write_text(text.replace(sound, damaged), encoding="utf-8")
    assert not suite_passes(tmp_path), f"test_app.py passes with {damaged!r} in {file}"
