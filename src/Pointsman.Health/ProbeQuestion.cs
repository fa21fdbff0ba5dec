using System.Net;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Health;

/// <summary>
/// What is asked of whom, and how often: all that decides how a probe goes and what it costs. Targets whose question is the same (two services on one address, several keys of
/// one VIP) are asked it once, and the answer counts for all of them. How it is judged (fall, rise, hold-down) is each target's own.
/// </summary>
internal readonly record struct ProbeQuestion
{
    private ProbeQuestion(ProbeTarget target)
    {
        var settings = target.Settings;
        (ConnectTo, Source) = (target.ConnectTo, target.Source);
        // What opens and closes a connection says no name.
        if (settings.Check is not TcpCheck) (HostName, Port) = (target.HostName, target.Key.Address.Port);
        Settings = settings with { Fall = 1, Rise = 1, HoldDown = null, HoldDownMax = default, OverloadAbove = null };
    }

    public Endpoint ConnectTo { get; }
    public IPAddress? Source { get; }
    public string? HostName { get; }
    public int Port { get; }
    public ProbeSettings Settings { get; }

    public static ProbeQuestion Of(ProbeTarget target) => new(target);
}
