using Microsoft.Extensions.Logging;

namespace Pointsman.Dssp.Transport;

/// <summary>What the endpoint tells the operator. Repeated refusals are counted and logged once.</summary>
internal static partial class DsspLog
{
    [LoggerMessage(1, LogLevel.Information, "DSSP listens on {Listen} as site {Site}")]
    public static partial void Listening(ILogger logger, string listen, string site);

    [LoggerMessage(2, LogLevel.Information, "DSSP stream with site {Peer} ({Remote}) is up")]
    public static partial void StreamUp(ILogger logger, string peer, string remote);

    [LoggerMessage(3, LogLevel.Information, "DSSP stream with site {Peer} ({Remote}) ended: {Why}; this says nothing of its health")]
    public static partial void StreamEnded(ILogger logger, string peer, string remote, string why);

    [LoggerMessage(4, LogLevel.Warning, "DSSP refuses {Remote}: {Why} (logged once)")]
    public static partial void Refused(ILogger logger, string remote, string why);

    [LoggerMessage(5, LogLevel.Warning, "DSSP cannot reach site {Peer} at {Remote}: {Why} (logged once; dialling goes on)")]
    public static partial void DialFailed(ILogger logger, string peer, string remote, string why);

    [LoggerMessage(7, LogLevel.Information, "DSSP uses renewed certificates from now on; this node's is good until {Until}")]
    public static partial void Renewed(ILogger logger, string until);

    [LoggerMessage(6, LogLevel.Error, "DSSP: a defect; the endpoint goes on (logged once)")]
    public static partial void Failed(ILogger logger, Exception exception);
}
