"""What was measured, as a Markdown page and as JSON."""
import json
import statistics

import measure


def middle(values, form):
    values = sorted(values)
    return f"{form(statistics.median(values))} ({form(values[0])}–{form(values[-1])})"


def thousands(value):
    return f"{value / 1000:.0f}"


def ratio(value):
    return f"{value:.2f}"


def pairs(runs, shape, peer):
    """Us over the peer, round by round: the two of a pair ran one after the other."""
    ours, theirs = runs.get((shape, "pointsman"), []), runs.get((shape, peer), [])
    return [a["per_cpu"] / b["per_cpu"] for a, b in zip(ours, theirs) if a and b]


def markdown(machine, servers, runs, starts, memory, seconds):
    lines = [f"{machine}. {seconds:g} s a run; median (least–most) of the rounds.", ""]
    lines += ["| load | server | thousand queries per server-CPU-second | thousand queries/s | server's core busy | us / it, pair by pair |", "| --- | --- | --- | --- | --- | --- |"]
    for shape, *_ in measure.SHAPES:
        for server in servers:
            found = [run for run in runs.get((shape, server.name), []) if run]
            if not found:
                continue
            compared = pairs(runs, shape, server.name) if server.name != "pointsman" else []
            lines.append(
                f"| {shape} | {server.name} | {middle([r['per_cpu'] for r in found], thousands)} | {middle([r['qps'] for r in found], thousands)}"
                f" | {statistics.median(r['busy'] for r in found):.0%} | {'**' + middle(compared, ratio) + '**' if compared else '–'} |")
    lines += ["", "| server | from start to the first static answer, s | to the first balanced answer, s | resident after the start, MB | after the load, MB |", "| --- | --- | --- | --- | --- |"]
    for server in servers:
        static, balanced = zip(*starts[server.name])
        known = [b for b in balanced if b is not None]
        before, after = memory[server.name]
        lines.append(
            f"| {server.name} | {statistics.median(static):.2f} | {f'{statistics.median(known):.2f}' if known else '–'} | {before:.0f} | {after:.0f} |")
    return "\n".join(lines) + "\n"


def write_json(path, machine, runs, starts, memory, seconds):
    document = {
        "machine": machine, "seconds": seconds, "starts": starts, "memory_megabytes": memory,
        "runs": [{"shape": shape, "server": server, "rounds": found} for (shape, server), found in runs.items()],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
