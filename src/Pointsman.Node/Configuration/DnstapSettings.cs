using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>The section <c>dns.dnstap</c> as written; names of sites and nodes not yet put in, paths from the main file's folder.</summary>
internal sealed record DnstapSettings
{
    public static DnstapSettings Default { get; } = new();

    /// <summary>One of the two.</summary>
    public Written<string>? File { get; init; }
    public Written<string>? Socket { get; init; }

    public bool Queries { get; init; } = true;
    public bool Responses { get; init; } = true;
    public double Sample { get; init; } = 1;
    public int QueueBytes { get; init; } = 1024 * 1024;
    public string Identity { get; init; } = "{node}";

    /// <summary>Null = this program's own.</summary>
    public string? Version { get; init; }
    public long? MaxBytes { get; init; }
    public int Keep { get; init; } = 4;
}
