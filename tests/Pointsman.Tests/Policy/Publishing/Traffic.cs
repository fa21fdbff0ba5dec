using System.Collections.Frozen;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Publishing;

/// <summary>
/// Users as a fluid, second by second: each region's resolvers keep an answer for a TTL (some for longer), then take what the plan says now; what
/// they send to a site is its load; each site's owner says what it admits, and a second later all decide by it.
/// </summary>
internal sealed class Traffic
{
    /// <summary>Part of all users, and for how many TTLs their resolvers keep an answer.</summary>
    private static readonly (double Part, double Ttls)[] Resolvers = [(0.81, 1), (0.10, 2), (0.09, 5)];

    private readonly World world;
    private readonly int ttl;
    private readonly TimeSpan stay;
    private readonly bool counts;
    private readonly List<(Client Client, double[][,] Cache)> regions = [];
    private readonly Dictionary<string, AdmissionMemory> memories = [];
    private readonly Dictionary<string, double> sessions = [];
    private readonly Dictionary<string, double> arrived = [];
    private readonly Dictionary<string, double> refused = [];
    private readonly HashSet<string> dead = [];
    private Plan? plan;

    /// <param name="stay">How long a session lasts on the average; zero: no longer than a second.</param>
    /// <param name="counts">Whether the owners count arrivals.</param>
    public Traffic(World world, int ttl, TimeSpan stay = default, bool counts = false)
    {
        (this.world, this.ttl, this.stay, this.counts) = (world, ttl, stay, counts);
        world.Shape = service => service with { Ttl = TimeSpan.FromSeconds(ttl), Vips = [.. service.Vips.Select(vip => vip with { MaxConnections = Max })] };
        foreach (var name in world.Names) (memories[name], sessions[name], arrived[name], refused[name]) = (AdmissionMemory.None, 0, 0, 0);
    }

    /// <summary>In place of the owner's control: a word made of the load alone.</summary>
    public Func<VipReport, VipReport>? Instead { get; init; }

    public static int Max => 1000;
    public Dictionary<string, double> Demand { get; } = [];
    public int Second { get; private set; }

    public Dictionary<string, VipReport> Words { get; } = [];

    public void Kill(string name)
    {
        dead.Add(name);
        world.Kill(name);
    }

    public void Revive(string name)
    {
        dead.Remove(name);
        world.Silent.Remove(name);
        foreach (var tester in world.Names.Where(tester => tester != name)) world.Times[(name, tester)] = 10_000;
    }

    /// <summary>What every second was like: offered load by site, as parts of the maximum, and what was published.</summary>
    public List<(int Second, Dictionary<string, double> Load, Dictionary<string, double> Admit)> Log { get; } = [];

    public void Run(int seconds)
    {
        for (var end = Second + seconds; Second < end; Second++) Step();
    }

    private void Step()
    {
        plan = Plan.Compile(world.Snapshot(world.Names.First(name => !dead.Contains(name))), Places.Shipped, plan);
        var users = world.Names.ToDictionary(name => name, _ => 0.0);
        foreach (var (address, demand) in Demand)
        {
            var index = regions.FindIndex(region => region.Client.ToIPAddress().Equals(IPAddress.Parse(address)));
            var shares = Shares(address);
            if (index < 0)
            {
                index = regions.Count;
                regions.Add((Client.From(IPAddress.Parse(address)), [.. Resolvers.Select(group => new double[(int)(group.Ttls * ttl), world.Names.Length])]));
                foreach (var cache in regions[index].Cache)
                    for (var slot = 0; slot < cache.GetLength(0); slot++) Fill(cache, slot, shares);
            }
            for (var group = 0; group < Resolvers.Length; group++)
            {
                var cache = regions[index].Cache[group];
                var slots = cache.GetLength(0);
                Fill(cache, Second % slots, shares);
                for (var slot = 0; slot < slots; slot++)
                    for (var site = 0; site < world.Names.Length; site++) users[world.Names[site]] += demand * Resolvers[group].Part / slots * cache[slot, site];
            }
        }
        Serve(users);
    }

    private void Serve(Dictionary<string, double> users)
    {
        var now = World.Now + TimeSpan.FromSeconds(Second + 1);
        foreach (var name in world.Names)
        {
            if (dead.Contains(name)) continue;
            // Users are an Erlang load: so many connections if each lasts as long as it does.
            var rate = users[name] / Math.Max(1, stay.TotalSeconds);
            var ended = sessions[name] / Math.Max(1, stay.TotalSeconds);
            var wanted = sessions[name] - ended + rate;
            sessions[name] = Math.Min(wanted, Max);
            arrived[name] += rate;
            refused[name] += wanted - sessions[name];
            var report = new VipReport
            {
                Vip = world.Vip(name),
                Condition = wanted >= Max ? VipCondition.Full : VipCondition.Up,
                ConnectionsActive = (int)sessions[name],
                ConnectionsMax = Max,
                ServersUp = 1,
                ServersTotal = 1,
            };
            var measured = counts ? new MeasuredVip(report, (long)arrived[name], (long)refused[name]) : new MeasuredVip(report);
            var states = world.Snapshot(name).States.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with { SentAt = now });
            var step = Admission.Next(world.Cluster, world.Id(name), memories[name], [measured], states, now);
            memories[name] = step.Next;
            // At the pace of the control's own words: an eighth of a TTL between two.
            var word = Words[name] = Instead is null ? step.Published[0] : Second % (ttl / 8) == 0 || !Words.TryGetValue(name, out var last) ? Instead(report) : last;
            world.Said[name] = state => state with { Vips = [word] };
        }
        Log.Add((Second, users.ToDictionary(pair => pair.Key, pair => pair.Value / Max), Words.ToDictionary(pair => pair.Key, pair => pair.Value.AdmitMillionths / 1e6)));
    }

    private double[] Shares(string address)
    {
        var service = plan!.Services[0];
        var distribution = service.ScheduleOf(service.Find(Client.From(IPAddress.Parse(address))).Class)!.Distribution;
        var shares = new double[world.Names.Length];
        foreach (var (row, weight) in distribution.Parts) shares[Array.IndexOf(world.Names, service.Sites[row].Site.Name)] = (double)weight / distribution.Sum;
        return shares;
    }

    private static void Fill(double[,] cache, int slot, double[] shares)
    {
        for (var site = 0; site < shares.Length; site++) cache[slot, site] = shares[site];
    }
}
