using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

/// <summary>One site's owner, asked second by second: site a of a small world, with the others' columns as the world says.</summary>
internal sealed class Owner(World world, string name = "a")
{
    private AdmissionMemory memory = AdmissionMemory.None;

    public static ServicePolicy Policy(Failback failback = default, TimeSpan? slowStart = null) =>
        new() { FewSites = FewSites.Weights, Failback = failback, SlowStart = slowStart };

    public AdmissionMemory Memory => memory;
    public Instant Now { get; private set; } = World.Now;
    public VipCondition Condition { get; set; } = VipCondition.Up;
    public int Active { get; set; }
    public int? Max { get; set; } = 1000;

    /// <summary>Successful probes in each average of the others' columns: whether the cluster has run for long.</summary>
    public long Samples { get; set; } = 1000;

    public VipReport Word { get; private set; } = new() { Vip = world.Vip(name) };
    public AdmissionView View => memory.Views.Single();

    public Owner Run(int seconds)
    {
        for (var second = 0; second < seconds; second++) Step();
        return this;
    }

    /// <summary>A crash, and a start with what was stored.</summary>
    public void Restart(params ServiceId[] held) => memory = AdmissionMemory.Restore(held);

    public ImmutableArray<ServiceId> Release()
    {
        memory = Admission.Release(memory, null, out var released);
        return released;
    }

    private void Step()
    {
        Now += TimeSpan.FromSeconds(1);
        var report = new VipReport { Vip = world.Vip(name), Condition = Condition, ConnectionsActive = Active, ConnectionsMax = Max, ServersUp = 1, ServersTotal = 1 };
        var states = world.Snapshot(name).States.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with
        {
            SentAt = Now,
            Observations = [.. pair.Value.Observations.Select(seen => seen with { Samples = Samples })],
        });
        var step = Admission.Next(world.Cluster, world.Id(name), memory, [new MeasuredVip(report)], states, Now);
        memory = step.Next;
        Word = step.Published.Single();
        // What it publishes is what the others hold of it.
        var word = Word;
        world.Said[name] = state => state with { Vips = [word] };
    }
}
