using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Transport;
using Pointsman.Node.Admin;
using Pointsman.Node.Configuration;

namespace Pointsman.Node.Wiring;

/// <summary>The section <c>dns.dnstap</c> as the recording of one node takes it.</summary>
internal static class DnstapServing
{
    /// <param name="settings">Null = nothing is recorded.</param>
    /// <param name="folder">Where paths begin: the main configuration file's.</param>
    public static TapOptions? Options(DnstapSettings? settings, NodeIdentity identity, string folder)
    {
        if (settings is null) return null;
        string Named(string text) => text.Replace("{site}", identity.Site.Name, StringComparison.Ordinal).Replace("{node}", identity.Node.Name, StringComparison.Ordinal);
        return new TapOptions
        {
            File = settings.File is { } file ? Path.GetFullPath(Named(file.Value), folder) : null,
            Socket = settings.Socket is { } socket ? Path.GetFullPath(Named(socket.Value), folder) : null,
            Recording = new RecordingOptions { Queries = settings.Queries, Responses = settings.Responses, Sample = settings.Sample, QueueBytes = settings.QueueBytes },
            Identity = Named(settings.Identity),
            Version = settings.Version ?? $"pointsman {NodeViews.Version}",
            MaxBytes = settings.MaxBytes,
            Keep = settings.Keep,
        };
    }
}
