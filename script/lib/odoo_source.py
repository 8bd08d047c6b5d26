"""Find Odoo 19, or fetch it.

In this order: ODOO_PATH; an Odoo 19 that Python can import; on Debian, the package
`odoo-19` of the suite sid, unpacked into a folder of our own; a shallow git clone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from house import Problem, run, say, sha256

KEY_RING = "/usr/share/keyrings/debian-archive-keyring.gpg"
GIT_URL = "https://github.com/odoo/odoo.git"
PACKAGE = "odoo-19"
# Files of these packages are what symbolic links inside Debian's odoo-19 point to.
LINKED_PACKAGES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
    "fonts-montserrat",
)
# Odoo draws its icons with Font Awesome 4.7; sid has a later one with other names.
ICON_PACKAGE = "fonts-font-awesome"
ICON_SUITES = ("bookworm", "trixie")
# Named in mail's manifest, but not in Debian's package: without it the web client's
# bundle logs an error in the browser, and every browser test fails on that.
MISSING_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def find_or_fetch(home):
    """Return the folder that has to be on Python's path for `import odoo`.

    :raises Problem: when ODOO_PATH is no Odoo 19, or nothing could be fetched
    """
    chosen = os.environ.get("ODOO_PATH")
    if chosen:
        return _checked(Path(chosen).absolute())
    return _importable() or _fetched(home)


def _checked(path):
    release = path / "odoo/release.py"
    if not release.is_file() or "version_info = (19, 0" not in release.read_text():
        raise Problem(
            f"ODOO_PATH={path} is not Odoo 19: it has no odoo/release.py of that "
            "version. Name a checkout of branch 19.0, or unset ODOO_PATH."
        )
    return path


def _importable():
    code = "import odoo.release as r; print(r.version_info[0], r.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/"
    )
    version, _, file = found.stdout.strip().partition(" ")
    return Path(file).parents[1] if version == "19" else None


def _fetched(home):
    folder = home / "odoo"
    folder.mkdir(exist_ok=True)
    checkout = folder / "checkout"
    prefix = folder / "debian"
    if checkout.is_dir():
        return checkout
    packages = prefix / "usr/lib/python3/dist-packages"
    if packages.is_dir():
        return packages
    mirror = _debian_mirror()
    if mirror:
        _unpack(_fetch_packages(folder, *mirror), prefix, packages)
        return packages
    return _clone(checkout, folder)


def _debian_mirror():
    """The (URI, code name) of this machine's own Debian mirror, if it has one."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)"]
        + ["Created-By: Packages", "Component: main"],
        capture_output=True,
        text=True,
    )
    system = dict(
        line.replace('"', "").split("=", 1)
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    for line in targets.stdout.splitlines():
        uri, suite = line.split("|")
        if system.get("ID") == "debian" and suite == system.get("VERSION_CODENAME"):
            return uri, suite
    return None


def _fetch_packages(folder, uri, suite):
    """Download the .deb files with apt's own checks; return their paths."""
    icons = suite if suite in ICON_SUITES else ICON_SUITES[-1]
    sums = folder / "SHA256SUMS"
    debs = folder / "debs"
    debs.mkdir(exist_ok=True)
    known = _intact(debs, sums)
    if known:
        return known
    say("Fetching Odoo 19 from Debian (about 150 MB)")
    apt = _private_apt(folder / "apt", uri, icons)
    wanted = [f"{name}/sid" for name in (PACKAGE, *LINKED_PACKAGES)]
    download = [*apt, "download", *wanted, f"{ICON_PACKAGE}/{icons}"]
    log = folder / "fetch.log"
    try:
        run([*apt, "update"], log)
        listed = subprocess.run(
            [*download, "--print-uris"], check=True, capture_output=True, text=True
        )
        sums.write_text(_checksums(listed.stdout))
        _intact(debs, sums)
        run(download, log, cwd=debs)
    except subprocess.CalledProcessError as error:
        raise Problem(
            f"Odoo 19 (Debian package {PACKAGE}, suite sid) could not be fetched from "
            f"{uri}: see {log}. Check the network, or set ODOO_PATH to a checkout of "
            "Odoo's branch 19.0."
        ) from error
    fetched = _intact(debs, sums)
    if not fetched:
        raise Problem(
            f"A package below {debs} differs from the checksum in {sums}. Start again; "
            "it will be fetched anew."
        )
    return fetched


def _private_apt(state, uri, icons):
    """An apt-get command that knows suite sid and leaves the system's state alone."""
    for part in ("lists/partial", "cache/archives/partial", "etc"):
        (state / part).mkdir(parents=True, exist_ok=True)
    (state / "etc/sid.sources").write_text(
        f"Types: deb\nURIs: {uri}\nSuites: sid {icons}\nComponents: main\n"
        f"Signed-By: {KEY_RING}\n"
    )
    # Written to a file: on the command line, apt would cut a path at a blank.
    (state / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "/dev/null";\n'
        f'Dir::Etc::sourceparts "{state}/etc";\n'
        f'Dir::State::Lists "{state}/lists";\n'
        f'Dir::Cache "{state}/cache";\n'
        'Dir::State::status "/var/lib/dpkg/status";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
        'APT::Update::Error-Mode "any";\n'
        'APT::Sandbox::User "root";\n'
    )
    return ["apt-get", "-q", "-c", str(state / "apt.conf")]


def _checksums(listing):
    """apt's `'uri' file size SHA256:sum` lines as `sum  file` lines."""
    lines = []
    for line in listing.splitlines():
        if line.startswith("'"):
            _uri, file, _size, checksum = line.split()
            lines.append(f"{checksum.removeprefix('SHA256:')}  {file}\n")
    return "".join(lines)


def _intact(debs, sums):
    """The listed files if all are whole; a broken one is removed, None returned."""
    if not sums.is_file():
        return None
    files = []
    for line in sums.read_text().splitlines():
        checksum, name = line.split()
        file = debs / name
        if file.is_file() and sha256(file) != checksum:
            file.unlink()
        files.append(file)
    return files if files and all(file.is_file() for file in files) else None


def _unpack(debs, prefix, packages):
    """Unpack into a folder beside, and rename it when it is complete."""
    say("Unpacking Odoo 19")
    new = prefix.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    for deb in debs:
        subprocess.run(["dpkg-deb", "-x", deb, new], check=True)
    missing = new / packages.relative_to(prefix) / MISSING_FILE
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.touch()
    new.rename(prefix)


def _clone(checkout, folder):
    say(f"Fetching Odoo 19 from {GIT_URL} (about 400 MB)")
    new = folder / "checkout.new"
    shutil.rmtree(new, ignore_errors=True)
    command = ["git", "clone", "--progress", "--depth=1", "--branch=19.0", GIT_URL]
    try:
        run([*command, new], folder / "fetch.log")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(
            f"Odoo 19 could not be fetched from {GIT_URL}: {error}. Check the network "
            "and that git is there, or set ODOO_PATH to a checkout of branch 19.0."
        ) from error
    new.rename(checkout)
    return checkout
