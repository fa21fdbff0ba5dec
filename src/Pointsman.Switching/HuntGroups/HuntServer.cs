using Pointsman.Model;

namespace Pointsman.Switching.HuntGroups;

/// <summary>One real server as the switch keeps it: its limit and count live as long as it is configured, whatever the probes say of it.</summary>
internal sealed class HuntServer(RealServer configured)
{
    private int _failures;

    public Endpoint Address { get; } = configured.Address;
    public int Weight { get; private set; } = Math.Max(1, configured.Weight);
    public ConnectionLimit Connections { get; } = new(configured.MaxConnections);

    /// <summary>Written by the group's one writer; a session reads it to know whether a persisted choice still holds.</summary>
    public bool IsUp
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    public void Reconfigure(RealServer configured)
    {
        Weight = Math.Max(1, configured.Weight);
        Connections.Max = configured.MaxConnections;
    }

    /// <summary>Counts an attempt to connect that failed, for <see cref="TakeFailures"/>.</summary>
    public void Failed() => Interlocked.Increment(ref _failures);

    /// <summary>Failures since the last call.</summary>
    public int TakeFailures() => Interlocked.Exchange(ref _failures, 0);
}
