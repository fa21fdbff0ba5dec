"""One measurement: a load against a running server, and what it cost that server in CPU time."""
import glob
import json
import os
import random
import socket
import struct
import subprocess
import time

import world

TICK = os.sysconf("SC_CLK_TCK")
# (what it is called, balanced name?, sockets, outstanding on each)
SHAPES = [
    ("static, random ports", False, 128, 1),
    ("static, shared ports", False, 4, 32),
    ("balanced with ECS, random ports", True, 128, 1),
    ("balanced with ECS, shared ports", True, 4, 32),
]


def family(pid):
    """A process and its descendants."""
    found, waiting = [], [pid]
    while waiting:
        at = waiting.pop()
        found.append(at)
        for path in glob.glob(f"/proc/{at}/task/*/children"):
            try:
                with open(path, encoding="ascii") as file:
                    waiting += map(int, file.read().split())
            except OSError:
                pass
    return found


def cpu_seconds(pid):
    """utime + stime of all threads of the server's processes; in hundredths of a second, so that a run should take two seconds or more."""
    total = 0.0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            pass
    return total


def resident_megabytes(pid):
    total = 0
    for member in family(pid):
        with open(f"/proc/{member}/status", encoding="ascii") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    return total / 1024


def ask(port, name, subnet=None, patience=2.0):
    """(rcode, [IPv4 addresses], ECS scope or None); None when there is no reply."""
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0" + struct.pack(">HH", 1, 1)
    number = random.randrange(65536)
    query = struct.pack(">HHHHHH", number, 0, 1, 0, 0, 1 if subnet is not None else 0) + question
    if subnet is not None:
        query += struct.pack(">BHHIHHHHBB", 0, 41, 1232, 0, 11, 8, 7, 1, 24, 0) + struct.pack(">I", subnet)[:3]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(patience)
        try:
            client.connect(("127.0.0.1", port))
            client.send(query)
            reply = client.recv(4096)
        except OSError:
            return None
    return read(reply, number)


def read(reply, number):
    got, flags, questions, answers, authorities, additionals = struct.unpack(">HHHHHH", reply[:12])
    if got != number:
        return None
    at, addresses, scope = 12, [], None
    def skip(at):
        while reply[at] not in (0,) and reply[at] < 0xC0:
            at += reply[at] + 1
        return at + (2 if reply[at] >= 0xC0 else 1)
    for _ in range(questions):
        at = skip(at) + 4
    for index in range(answers + authorities + additionals):
        at = skip(at)
        kind, _, _, length = struct.unpack(">HHIH", reply[at:at + 10])
        data = reply[at + 10:at + 10 + length]
        at += 10 + length
        if kind == 1 and index < answers:
            addresses.append(socket.inet_ntoa(data))
        while kind == 41 and len(data) >= 4:
            code, size = struct.unpack(">HH", data[:4])
            if code == 8:
                scope = data[7]
            data = data[4 + size:]
    return flags & 15, addresses, scope


def check(server, oracle):
    """Every mistake among 400 answers, in words: right rcode, an address that is right for the client, and our own scope to the bit."""
    mistakes, dice = [], random.Random(7)
    for _ in range(100):
        number = dice.randrange(len(world.STATIC_NAMES))
        answer = ask(server.port, world.STATIC_NAMES[number])
        if answer is None or answer[:2] != (0, [f"192.0.2.{number % 254 + 1}"]):
            mistakes.append(f"{world.STATIC_NAMES[number]}: {answer}")
    for _ in range(300 if server.balanced else 0):
        client = dice.randrange(world.ORDINARY[0], world.ORDINARY[1]) & 0xFFFFFF00
        answer, wanted = ask(server.port, world.BALANCED_NAME, client), oracle.addresses(client)
        who = f"{world.BALANCED_NAME} for {world.text(client, 24)}"
        if answer is None or answer[0] != 0 or not answer[1] or not set(answer[1]) <= wanted:
            mistakes.append(f"{who}: {answer}, and one of {sorted(wanted)} was expected")
        elif server.name == "pointsman" and answer[2] != oracle.scope(client):
            mistakes.append(f"{who}: scope {answer[2]}, and {oracle.scope(client)} was expected")
    return mistakes


def settle(server, oracle, patience=30):
    """Checks until all is right: a monitored name may leave out a site whose first probe has not ended. What is wrong at the end is returned."""
    began = time.monotonic()
    while (mistakes := check(server, oracle)) and time.monotonic() - began < patience:
        time.sleep(0.5)
    return mistakes


def wait_for_answers(server, patience=120):
    """Seconds from now to the first static answer, and to the first balanced one (with probes done, where it has them)."""
    began = time.monotonic()
    first = None
    while time.monotonic() - began < patience:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.name} ended at start; see {server.path('log')}")
        if first is None:
            answer = ask(server.port, world.STATIC_NAMES[0], patience=0.02)
            if answer and answer[0] == 0 and answer[1]:
                first = time.monotonic() - began
        if first is not None:
            if not server.balanced:
                return first, None
            answer = ask(server.port, world.BALANCED_NAME, world.ORDINARY[0], patience=0.02)
            if answer and answer[0] == 0 and answer[1]:
                return first, time.monotonic() - began
        time.sleep(0.005)
    raise RuntimeError(f"{server.name} gave no answer within {patience} s; see {server.path('log')}")


def load(server, shape, seconds, core, tools):
    """{qps, per_cpu, busy, ...} of one run; raises when replies are missing or wrong, because such a run measures nothing."""
    _, balanced, sockets, outstanding = shape
    command = [*world.pinned(core), tools["load"], "127.0.0.1", str(server.port), str(seconds), str(sockets), str(outstanding)]
    command += [tools["balanced-names"], "subnets"] if balanced else [tools["static-names"]]
    before, began = cpu_seconds(server.worker()), time.monotonic()
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    used, elapsed = cpu_seconds(server.worker()) - before, time.monotonic() - began
    if used == 0 or result["bad"] > 0 or result["good"] == 0 or result["lost"] > result["good"] / 1000:
        raise RuntimeError(f"{server.name}, {shape[0]}: {result}, {used:.2f} s of processor time")
    return {"qps": result["qps"], "per_cpu": result["good"] / used, "busy": used / elapsed, "lost": result["lost"], "bytes": result["mean_bytes"]}


def retried(server, shape, seconds, core, tools, say):
    """The run, or None when it failed three times: one lost datagram stops a closed loop for a while, and such a run is not counted."""
    for _ in range(3):
        try:
            return load(server, shape, seconds, core, tools)
        except RuntimeError as failure:
            say(f"again: {failure}")
    return None
