"""Write a file like the ones that the Department of Revenue (DOR) sends. For use on one's own machine."""

import argparse
import csv
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up file of employers")
    parser.add_argument("--folder", type=Path, default=Path("dor_files"))
    parser.add_argument("--count", type=int, default=10, help="how many employers")
    args = parser.parse_args()

    generate(args.folder, args.count)


def generate(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "employers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows((f"{n:09}", f"Employer {n}") for n in range(1, count + 1))
    return path
