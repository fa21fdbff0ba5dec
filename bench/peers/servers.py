"""How each server is configured, as its manual advises, for the same world, and how it is started. One class a server; `balanced` says whether it
has a balanced name at all, `monitored` whether it watches the sites behind it. Every one runs with one UDP thread, because it has one core."""
import os
import shutil
import subprocess

import mmdb
import world


class Server:
    port = 0
    balanced = True
    monitored = False
    packages = ()

    def __init__(self, folder, tools):
        self.folder, self.tools, self.process = folder, tools, None
        os.makedirs(folder, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)

    def start(self, core):
        # What a run before remembered is no part of this one.
        shutil.rmtree(self.path("state"), ignore_errors=True)
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen([*world.pinned(core), *self.command()], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def worker(self):
        """The process that answers: its own, or its only child (NSD)."""
        return self.process.pid

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Pointsman(Server):
    """`pointsman run`: geography, then turns; every other site's VIP probed; all counters on (there is no switch for them)."""
    name, port, monitored = "pointsman", 5600, True

    def prepare(self, blocks):
        with open(self.path("prefixes.csv"), "w", encoding="utf-8") as file:
            file.write("prefix,country,region,latitude,longitude\n")
            for first, length, place in blocks:
                _, country, _, region, latitude, longitude = world.METROPOLES[place]
                file.write(f"{world.text(first, length)},{country},{region},{latitude},{longitude}\n")
        self.write("example.test.zone", world.zone())
        self.write("secret.key", "0123456789abcdef0123456789abcdef\n")
        places = {m[0]: m for m in world.METROPOLES}
        sites, vips = "", ""
        for number, (site, _, metropolis, vip) in enumerate(world.SITES, 1):
            _, country, _, region, latitude, longitude = places[metropolis]
            node = f'{site}-1: {{ dns: ["127.0.0.1:{self.port + number - 1}"], dssp: "127.0.0.1:{self.port + 40 + number}" }}'
            sites += f"  {site}:\n    id: {number}\n    location: {{ country: {country}, region: {region}, latitude: {latitude}, longitude: {longitude} }}\n    nodes: {{ {node} }}\n"
            vips += f'      {site}: [ {{ address: "{vip}:{world.VIP_PORT}" }} ]\n'
        self.write("pointsman.yaml", f"""cluster: {{ name: bench, secret: secret.key }}
sites:
{sites}services:
  {world.BALANCED_NAME}:
    id: 1
    ttl: 1m
    answers: 1
    policy: {{ metric: [geography] }}
    probe: {{ interval: 5s, timeout: 2s }}
    vips:
{vips}zones:
  example.test: {{ file: example.test.zone }}
topology: {{ databases: [ prefixes.csv ] }}
dssp:
  interval: off
  certificate: "pki/{{site}}.crt"
  key: "pki/{{site}}.key"
  authority: pki/authority.crt
""")
        if not os.path.exists(self.path("pki")):
            self.run("pki", "init", "--cluster", "bench", "--dir", self.path("pki"))
            self.run("pki", "issue", "a", "--dir", self.path("pki"))

    def run(self, *arguments):
        subprocess.run([self.tools["pointsman"], *arguments], check=True, stdout=subprocess.DEVNULL)

    def command(self):
        return [self.tools["pointsman"], "run", "--config", self.path("pointsman.yaml"), "--site", "a", "--state", self.path("state")]


class Gdnsd(Server):
    """plugin_geoip by a nets file, each datacentre a plugin_weighted resource, every address monitored by tcp_connect."""
    name, port, monitored, packages = "gdnsd", 5610, True, ("gdnsd",)

    def prepare(self, blocks):
        with_orders = [world.datacentre_order(place) for place in range(len(world.METROPOLES))]
        os.makedirs(self.path("geoip"), exist_ok=True)
        with open(self.path("geoip", "nets"), "w", encoding="utf-8") as file:
            for first, length, place in blocks:
                file.write(f"{world.text(first, length)} => [{', '.join(with_orders[place])}]\n")
        self.write("zones/example.test", world.zone("www 60 DYNA geoip!www"))
        def resource(datacentre):
            return " ".join(f"{site[0]} = [ {site[3]}, 1 ]" for site in world.sites_of(datacentre))
        weighted = "\n".join(f"      {datacentre} => {{ service_types = vip {resource(datacentre)} }}" for datacentre in world.DATACENTRES)
        self.write("config", f"""options => {{
  listen => 127.0.0.1
  dns_port => {self.port}
  udp_threads => 1
  tcp_threads => 1
  run_dir => {self.path("run")}
  state_dir => {self.path("state")}
  zones_default_ttl => 300
}}
service_types => {{ vip => {{ plugin => tcp_connect, port => {world.VIP_PORT}, interval => 5, timeout => 2 }} }}
plugins => {{
  weighted => {{
{weighted}
  }}
  geoip => {{
    maps => {{ prefixes => {{ nets => nets, datacenters => [{", ".join(world.DATACENTRES)}] }} }}
    resources => {{ www => {{ map => prefixes, dcmap => {{ {" ".join(f"{d} => %weighted!{d}" for d in world.DATACENTRES)} }} }} }}
  }}
}}
""")

    def command(self):
        return ["/usr/sbin/gdnsd", "-c", self.folder, "start"]


def write_mmdb(path, blocks):
    records = [{"continent": {"code": m[2]}, "country": {"iso_code": m[1], "names": {"en": m[1]}}} for m in world.METROPOLES]
    mmdb.write(path, blocks, records)


class Knot(Server):
    """mod-geoip over a MaxMind DB, by country; both sites' addresses go out, for it has no turns beside geography and monitors nothing."""
    name, port, packages = "knot", 5620, ("knot", "knot-module-geoip")

    def prepare(self, blocks):
        write_mmdb(self.path("prefixes.mmdb"), blocks)
        self.write("example.test.zone", world.zone("www 60 A " + world.SITES[0][3]))
        lines = [f"{world.BALANCED_NAME}:"]
        for country, datacentre in sorted({m[1]: world.datacentre_order(i)[0] for i, m in enumerate(world.METROPOLES)}.items()):
            addresses = ", ".join(site[3] for site in world.sites_of(datacentre))
            lines += [f'  - geo: "{country}"', f"    A: [{addresses}]"]
        self.write("geo.conf", "\n".join(lines) + "\n")
        self.write("knot.conf", f"""server:
  rundir: "{self.folder}"
  user: root:root
  listen: 127.0.0.1@{self.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  edns-client-subnet: on
log:
  - target: stderr
    any: warning
database:
  storage: "{self.folder}"
mod-geoip:
  - id: geo
    config-file: "{self.path("geo.conf")}"
    ttl: 60
    mode: geodb
    geodb-file: "{self.path("prefixes.mmdb")}"
    geodb-key: [ country/iso_code ]
zone:
  - domain: example.test
    file: "{self.path("example.test.zone")}"
    zonefile-sync: -1
    journal-content: none
    module: mod-geoip/geo
""")

    def command(self):
        return ["/usr/sbin/knotd", "-c", self.path("knot.conf")]


class Nsd(Server):
    """Static names only."""
    name, port, balanced, packages = "nsd", 5630, False, ("nsd",)

    def prepare(self, blocks):
        self.write("example.test.zone", world.zone())
        self.write("nsd.conf", f"""server:
  server-count: 1
  ip-address: 127.0.0.1@{self.port}
  username: ""
  chroot: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: "{self.path("nsd.pid")}"
  xfrdfile: "{self.path("xfrd.state")}"
  xfrdir: "{self.folder}"
  zonelistfile: "{self.path("zone.list")}"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: example.test
  zonefile: example.test.zone
""")

    def command(self):
        return ["/usr/sbin/nsd", "-d", "-c", self.path("nsd.conf")]


class PowerDns(Server):
    """The geoip backend for all names; equal weights within a datacentre; its packet cache at its defaults. Monitors nothing."""
    name, port, packages = "powerdns", 5640, ("pdns-server", "pdns-backend-geoip")

    def prepare(self, blocks):
        write_mmdb(self.path("prefixes.mmdb"), blocks)
        hosts = "".join(f"    {name}:\n      - a: 192.0.2.{number % 254 + 1}\n" for number, name in enumerate(world.STATIC_NAMES))
        targets = ""
        for country, datacentre in sorted({m[1].lower(): world.datacentre_order(i)[0] for i, m in enumerate(world.METROPOLES)}.items()):
            targets += f"    {country}.{world.BALANCED_NAME}:\n"
            targets += "".join(f"      - a: {{ content: {site[3]}, weight: 50 }}\n" for site in world.sites_of(datacentre))
        self.write("zones.yaml", f"""domains:
- domain: example.test
  ttl: 300
  records:
    example.test:
      - soa: ns1.example.test hostmaster.example.test 1 3600 600 86400 60
      - ns: ns1.example.test
    ns1.example.test:
      - a: 192.0.2.53
{targets}{hosts}  services:
    {world.BALANCED_NAME}: [ '%cc.{world.BALANCED_NAME}' ]
""")
        self.configure(f"launch=geoip\ngeoip-zones-file={self.path('zones.yaml')}")

    def configure(self, backends):
        self.write("pdns.conf", f"""{backends}
module-dir={self.tools["pdns-modules"]}
geoip-database-files=mmdb:{self.path("prefixes.mmdb")}
edns-subnet-processing=yes
local-address=127.0.0.1
local-port={self.port}
receiver-threads=1
distributor-threads=1
reuseport=yes
socket-dir={self.folder}
daemon=no
guardian=no
disable-syslog=yes
loglevel=3
version-string=anonymous
""")

    def command(self):
        return ["/usr/sbin/pdns_server", f"--config-dir={self.folder}"]


class PowerDnsLua(PowerDns):
    """A Lua record for the balanced name, the one way in which PowerDNS watches what it balances; a master file and the packet cache for the rest."""
    name, port, monitored, packages = "powerdns-lua", 5650, True, ("pdns-server", "pdns-backend-geoip", "pdns-backend-bind")

    def prepare(self, blocks):
        write_mmdb(self.path("prefixes.mmdb"), blocks)
        countries = {datacentre: [] for datacentre in world.DATACENTRES}
        for index, metropole in enumerate(world.METROPOLES):
            countries[world.datacentre_order(index)[0]].append(metropole[1])
        parts = []
        for datacentre, its in countries.items():
            vips = ",".join(f"'{site[3]}'" for site in world.sites_of(datacentre))
            parts.append(f"if(country({{{','.join(map(repr, sorted(set(its))))}}})) then return ifportup({world.VIP_PORT}, {{{vips}}}) end ")
        script = " ".join(f'"{part}"' for part in [";" + parts[0], *parts[1:]])
        self.write("example.test.zone", world.zone(f"{world.BALANCED_NAME}. 1 LUA A {script}"))
        self.write("named.conf", f'zone "example.test" {{ type master; file "{self.path("example.test.zone")}"; }};\n')
        self.write("zones.yaml", "domains: []\n")
        self.configure(f"launch=bind,geoip\nbind-config={self.path('named.conf')}\ngeoip-zones-file={self.path('zones.yaml')}\nenable-lua-records=yes")


ALL = [Pointsman, Gdnsd, Knot, Nsd, PowerDns, PowerDnsLua]
