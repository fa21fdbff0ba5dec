"""The made-up world that every server is configured with: metropoles, sites, 500,000 prefixes and one zone. Nothing here is anybody's data.

The prefixes tile 1.0.0.0 to 223.255.255.255 without a gap: starting from the /8s, a block drawn at random is cut in two until there are enough.
So most are /24s, as in real databases. A block's place is its parent's, or, one time in four, another: neighbours are often alike, and a server
that merges them (gdnsd, we) has something to merge.
"""
import bisect
import ipaddress
import math
import random

PREFIXES = 500_000
STATIC_NAMES = [f"h{number:04d}.example.test" for number in range(1000)]
BALANCED_NAME = "www.example.test"
VIP_PORT = 18080

# (metropolis, country, continent, registry's region, latitude, longitude)
METROPOLES = [
    ("atlanta", "US", "NA", "arin", 33.75, -84.39), ("denver", "US", "NA", "arin", 39.74, -104.99), ("toronto", "CA", "NA", "arin", 43.65, -79.38),
    ("quito", "EC", "SA", "lacnic", -0.18, -78.47), ("lima", "PE", "SA", "lacnic", -12.05, -77.04), ("paris", "FR", "EU", "ripe", 48.86, 2.35),
    ("oslo", "NO", "EU", "ripe", 59.91, 10.75), ("rome", "IT", "EU", "ripe", 41.90, 12.50), ("tokyo", "JP", "AS", "apnic", 35.68, 139.69),
    ("delhi", "IN", "AS", "apnic", 28.61, 77.21), ("perth", "AU", "OC", "apnic", -31.95, 115.86), ("nairobi", "KE", "AF", "afrinic", -1.29, 36.82),
]
# Three datacentres of two sites each: (site, datacentre, metropolis, VIP). The client's datacentre is chosen, then one of its two sites in turn.
SITES = [
    ("a", "us", "atlanta", "127.0.31.1"), ("b", "us", "atlanta", "127.0.32.1"), ("c", "eu", "paris", "127.0.33.1"),
    ("d", "eu", "paris", "127.0.34.1"), ("e", "ap", "tokyo", "127.0.35.1"), ("f", "ap", "tokyo", "127.0.36.1"),
]
DATACENTRES = ["us", "eu", "ap"]
FIRST, LAST = 1 << 24, (224 << 24) - 1
# No special-purpose block lies in it, so what the prefixes say there is all that a server can know.
ORDINARY = (64 << 24, (96 << 24) - 1)


def sites_of(datacentre):
    return [site for site in SITES if site[1] == datacentre]


def prefixes():
    """[(first address, length, index into METROPOLES)] in ascending order."""
    dice = random.Random(20261126)
    done, open_blocks = [], [(octet << 24, 8, dice.randrange(len(METROPOLES))) for octet in range(1, 224)]
    while len(done) + len(open_blocks) < PREFIXES:
        at = dice.randrange(len(open_blocks))
        first, length, place = open_blocks[at]
        open_blocks[at] = open_blocks[-1]
        open_blocks.pop()
        for half in (first, first | 1 << (31 - length)):
            child = (half, length + 1, place if dice.random() < 0.75 else dice.randrange(len(METROPOLES)))
            (done if length + 1 == 24 else open_blocks).append(child)
    return sorted(done + open_blocks)


def text(first, length):
    return f"{ipaddress.IPv4Address(first)}/{length}"


def kilometres(a, b):
    (north, east), (other_north, other_east) = (map(math.radians, a), map(math.radians, b))
    chord = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(chord))


def datacentre_order(place):
    """The datacentres for clients of a place: that of their own region first, then by distance."""
    _, _, _, region, *point = METROPOLES[place]
    def cost(datacentre):
        home = next(m for m in METROPOLES if m[0] == sites_of(datacentre)[0][2])
        return -1 if home[3] == region else round(kilometres(point, home[4:]))
    return tuple(sorted(DATACENTRES, key=cost))


class Oracle:
    """What a right answer to the balanced name is, worked out slowly and by other code than any server's."""

    def __init__(self, blocks):
        self.orders = [datacentre_order(place) for place in range(len(METROPOLES))]
        self.starts, self.classes = [], []
        for first, _, place in blocks:
            if not self.classes or self.classes[-1] != self.orders[place]:
                self.starts.append(first)
                self.classes.append(self.orders[place])

    def addresses(self, client):
        order = self.classes[bisect.bisect_right(self.starts, client) - 1]
        return {site[3] for site in sites_of(order[0])}

    def scope(self, client):
        """RFC 7871: the shortest prefix around the client inside which everybody is answered alike; /24 at most. Only inside ORDINARY."""
        at = bisect.bisect_right(self.starts, client) - 1
        low, high = self.starts[at], self.starts[at + 1] - 1
        for length in range(1, 25):
            size = 1 << (32 - length)
            block = client & -size
            if low <= block and block + size - 1 <= high:
                return length
        return 24


def zone(balanced=""):
    """The zone as a master file; `balanced` is how this server spells the balanced name, if it does so in a zone file."""
    hosts = "\n".join(f"{name.split('.')[0]} A 192.0.2.{number % 254 + 1}" for number, name in enumerate(STATIC_NAMES))
    return f"""$ORIGIN example.test.
$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.53
{balanced}
{hosts}
"""


def pinned(core):
    """
    How client and servers are run: each on its core, and before most of what else the machine does, else each wake-up waits for somebody's time
    slice. Not real-time: the kernel's own network threads would wait for a client that never sleeps.
    """
    return ["nice", "-n", "-15", "taskset", "-c", str(core)]
