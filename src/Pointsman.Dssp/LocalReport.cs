using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// What this node sees at the instant at which it is asked: the content of its next published state. Connections and memory are read
/// when the state is sent, so a report is made fresh for every <see cref="DsspMachine.Tick"/> and never kept [S23].
/// </summary>
public sealed record LocalReport
{
    public SelfReport SelfReport { get; init; }

    /// <summary>This node thinks that it is itself cut off [S10].</summary>
    public bool VotesMuted { get; init; }
    public long MemoryFreeBytes { get; init; }
    public int Sessions { get; init; }

    /// <summary>The own site's VIPs, all of them [P5.3].</summary>
    public ImmutableArray<VipReport> Vips { get; init; } = [];

    /// <summary>My probes of the other sites' VIPs, averages and throughputs [P5.2]; never of my own [S2].</summary>
    public ImmutableArray<Observation> Observations { get; init; } = [];

    /// <summary>My preference order per service, already damped by me [P5.2, S7].</summary>
    public ImmutableArray<PreferenceOrder> Orders { get; init; } = [];

    /// <summary>Tells what the tables are made of now; asked only when a word goes out or a peer's is compared, for it costs a hash a service.</summary>
    public Func<TableWord?>? Tables { get; init; }

    /// <summary>Operators' orders to pass on: signed ones about any site, unsigned ones about the own one alone.</summary>
    public ImmutableArray<Override> Overrides { get; init; } = [];
}
