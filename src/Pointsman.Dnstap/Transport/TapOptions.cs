using Pointsman.Dns.Recording;

namespace Pointsman.Dnstap.Transport;

/// <summary>Where recorded messages go and what they carry; fixed for the life of a <see cref="TapWriter"/>.</summary>
public sealed record TapOptions
{
    /// <summary>Exactly one of the two: a file to write, or the unix socket of a collector that listens there.</summary>
    public string? File { get; init; }
    public string? Socket { get; init; }

    public RecordingOptions Recording { get; init; } = new();

    /// <summary>Written into each message; empty = left out.</summary>
    public string Identity { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>A file that would grow past this is closed and renamed; null = it grows on.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How many earlier files stay: FILE.1 is the youngest.</summary>
    public int Keep { get; init; } = 4;
}
