"""Create .venv and install the requirements into it, if needed.

    prepare.py           for `make test` and `make check`
    prepare.py --run     for `make run`, which is started afterwards

Any version of Python can read this file, so that versions that are too old get a clear message. It
needs only the standard library.
"""

import os
import sys

OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main():
    if sys.version_info < OLDEST:
        use_a_newer_python()
    sys.path.insert(0, CHECKOUT)
    from devserver.run.environment import prepare

    return prepare(for_run="--run" in sys.argv[1:])


def use_a_newer_python():
    """Restart with another Python of this machine, or exit with a message if there is none."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in NEWER:
            program = os.path.join(folder, name)
            if os.access(program, os.X_OK) and is_new_enough(program):
                os.execv(program, [program] + sys.argv)
    found = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit("Concert needs Python 3.11 or newer, and this is %s. Try: make PYTHON=..." % found)


def is_new_enough(program):
    import subprocess

    question = "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([program, "-c", question], stdout=nowhere, stderr=nowhere) == 0


if __name__ == "__main__":
    sys.exit(main())
