"""The commands and the Python code of the README and of the guide, run as they stand there."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import ABUNDANCES, STAR

HOME = Path(__file__).parents[2]
README = HOME / "README.md"
GUIDE = HOME / "docs" / "guide" / "publish-and-consume.md"
PACKAGE = HOME / "python" / "README.md"
PATIENCE = 240

# What a command gets so that it ends, or disturbs nothing on this machine.
MORE = {
    "watch": ["--from-beginning", "--until-end"],
    "explore": ["--port", "0", "--data-dir", "explorer"],
    "archive": ["--until-end"],
}

# Commands that other tests run, as they start the service or train a network.
ELSEWHERE = ("demo", "run", "train")


# Where the metrics are is for other tests; a command takes each SIDEREUS_... as a key of its configuration.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "SIDEREUS_METRICS_URL"}


def commands(page):
    """The lines of the indented blocks that call sidereus or kcat, joined where they go on."""
    text = page.read_text().replace("\\\n", " ")
    for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE):
        if re.match(r"(\./sidereus|kcat|echo .*\| *kcat) ", line):
            yield line


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def with_addresses(text):
    """A text with the addresses of the service of this test."""
    text = text.replace("localhost:9092", os.environ["SIDEREUS_BOOTSTRAP_SERVERS"])
    return re.sub(
        r"http://localhost:8081(/apis/ccompat/v7)?", os.environ["SIDEREUS_SCHEMA_REGISTRY_URL"], text
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory, published):
    """A folder with the files that the commands name, beside a service that has posteriors."""
    folder = tmp_path_factory.mktemp("snippets")
    (folder / "sidereus").symlink_to(HOME / "sidereus")
    names = [one for name in ABUNDANCES for one in (name, name + "_err")]
    rows = [",".join(["star", "time", *names])]
    for i in range(6):
        values = [str(round(value + 0.01 * i, 4)) for one in STAR for value in (one, 0.05 - 0.01 * i)]
        rows.append(",".join([f"star-{i}", f"2026-01-01T00:0{i}:00Z", *values]))
    (folder / "catalog.csv").write_text("\n".join(rows) + "\n")
    return folder


def run(arguments, folder, text=None):
    done = subprocess.run(
        arguments,
        check=False,
        cwd=folder,
        env=ENVIRONMENT,
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout} {done.stderr}"
    return done.stdout


def first_line(arguments, folder):
    """The first line of a program that goes on until it is stopped."""
    with subprocess.Popen(
        arguments,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        timer = threading.Timer(PATIENCE, program.kill)
        timer.start()
        try:
            line = program.stdout.readline()
            assert line, program.stderr.read()
            return line
        finally:
            timer.cancel()
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGTERM)


def kcat_reads_avro():
    said = subprocess.run(["kcat", "-V"], check=False, capture_output=True, text=True)
    return "avro" in (said.stdout + said.stderr).lower()


@pytest.mark.parametrize("page", [README, GUIDE], ids=["readme", "guide"])
def test_commands(page, folder):
    ran = []
    for line in commands(page):
        words = shlex.split(with_addresses(line), comments=True)
        if words[0] == "./sidereus" and words[1] not in ELSEWHERE and "galaxies.csv" not in words:
            more = MORE.get(words[1], [])
            words += [one for one in more if one not in words]
            if words[1] == "explore":
                assert "http://127.0.0.1:" in first_line(words, folder)
            else:
                run(words, folder)
            ran.append(words[1])
        elif words[0] == "kcat" and shutil.which("kcat") and kcat_reads_avro():
            assert first_line([*words, "-e"], folder)
            ran.append("kcat")
        elif words[0] == "echo" and shutil.which("kcat"):
            run(words[words.index("|") + 1 :], folder, words[1] + "\n")
            ran.append("kcat")
    expected = {
        README: {"publish", "watch", "explore", "replay", "infer"},
        GUIDE: {"publish", "replay", "groups", "watch", "infer", "archive"},
    }
    assert set(ran) >= expected[page]
    assert (folder / "posteriors.csv").read_text().count("\n") == 7


def test_python_of_the_package(folder):
    (read, *others) = blocks(PACKAGE)
    assert "alpha_IMF" in read
    printed = run([sys.executable, "-c", with_addresses(read)], HOME)
    assert re.search(r"^python \d+ -[\d.]+ [\d.]+$", printed, re.MULTILINE), printed
    for block in others:
        compile(block, str(PACKAGE), "exec")


def test_python_of_the_guide(folder):
    consume, publish = blocks(GUIDE)
    assert "alpha_IMF" in first_line([sys.executable, "-u", "-c", with_addresses(consume)], HOME)
    run([sys.executable, "-c", with_addresses(publish)], HOME)
