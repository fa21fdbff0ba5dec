using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>What happened at one VIP since it was first configured: a copy at one instant. Every connection accepted ends in exactly one of forwarded, redirected, unavailable, or one of the resets.</summary>
public readonly record struct VipCounters
{
    public required VipKey Vip { get; init; }

    public long Accepted { get; init; }

    /// <summary>Given to a real server.</summary>
    public long Forwarded { get; init; }

    /// <summary>Of those, beyond MaxConns because <see cref="DropWhen.Never"/> says so.</summary>
    public long ServedOn { get; init; }

    /// <summary>Could not be given to a server: the VIP, or every server that is up, was at MaxConns.</summary>
    public long RefusedFull { get; init; }

    /// <summary>Could not be given to a server: none was up, or none that was tried answered.</summary>
    public long RefusedNoServer { get; init; }

    /// <summary>Reset at once: at the limit of descriptors.</summary>
    public long RefusedDescriptors { get; init; }

    /// <summary>Reset at once: too many refused connections were being read already [S20].</summary>
    public long RefusedTooMany { get; init; }

    /// <summary>HTTP redirects sent [P6.6].</summary>
    public long Redirected { get; init; }

    /// <summary>503 sent [P6.7].</summary>
    public long Unavailable { get; init; }

    /// <summary>Refused and reset: what came was not HTTP.</summary>
    public long ResetNotHttp { get; init; }

    /// <summary>Refused and reset: no whole request head in time, or the client went away.</summary>
    public long ResetSilent { get; init; }

    /// <summary>The client was gone before a real server was reached.</summary>
    public long Abandoned { get; init; }

    /// <summary>Hop tokens that were foreign, forged, expired or garbled, and so ignored [S19].</summary>
    public long TokensIgnored { get; init; }

    /// <summary>Attempts to connect to a real server that failed or took too long.</summary>
    public long ConnectFailures { get; init; }

    /// <summary>Sessions cut from here: timeout, server declared down, stop, or out of buffers [P6.3].</summary>
    public long SessionsCut { get; init; }

    /// <summary>Errors of the switch itself: a session that hit one was cut. Not zero = a defect to report.</summary>
    public long Faults { get; init; }

    /// <summary>Bytes from clients to servers.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes from servers to clients.</summary>
    public long BytesOut { get; init; }
}
