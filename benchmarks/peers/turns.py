"""Measures several programs in turns, so that what else the machine does slows all of them, and prints ratios."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable


@dataclass
class Rate:
    """Work per second of one turn: by the clock, and by the processor time of all threads."""

    clock: float
    processor: float


@dataclass
class Contestant:
    """A program that is measured: `turn(seconds)` works for about so many seconds and returns its rate."""

    name: str
    turn: Callable[[float], Rate]
    rates: list[Rate] = field(default_factory=list)


def repeat(call: Callable[[], int], seconds: float) -> Rate:
    """Calls again and again for some seconds; a call returns how many units it did."""
    done = 0
    begin, begin_processor = time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < seconds:
        done += call()
    return Rate(done / (time.perf_counter() - begin), done / (time.process_time() - begin_processor))


def take_turns(contestants: list[Contestant], rounds: int, seconds: float) -> None:
    """Each contestant has one turn in each round."""
    for number in range(rounds):
        for one in contestants:
            one.rates.append(one.turn(seconds))
            last = one.rates[-1]
            print(f"  round {number + 1}: {one.name}: {last.clock:.4g}/s, {last.processor:.4g}/s of a processor", flush=True)


def table(contestants: list[Contestant], unit: str) -> str:
    """Ratios of the first contestant to the others, of the same round: the median, and the least and largest."""
    ours = contestants[0]
    lines = [
        f"| program | {unit} | of a processor | ratio | ratio by processor time |",
        "|---|---|---|---|---|",
    ]
    for one in contestants:
        clock = statistics.median(rate.clock for rate in one.rates)
        processor = statistics.median(rate.processor for rate in one.rates)
        by_clock = ratio([a.clock / b.clock for a, b in zip(ours.rates, one.rates)])
        by_processor = ratio([a.processor / b.processor for a, b in zip(ours.rates, one.rates)])
        if one is ours:
            by_clock = by_processor = "1"
        lines.append(f"| {one.name} | {number(clock)} | {number(processor)} | {by_clock} | {by_processor} |")
    return "\n".join(lines)


def ratio(values: list[float]) -> str:
    return f"{number(statistics.median(values))} ({number(min(values))} to {number(max(values))})"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def machine() -> str:
    """The processor's name, its cores and the load, for the head of a table."""
    model = "unknown processor"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
