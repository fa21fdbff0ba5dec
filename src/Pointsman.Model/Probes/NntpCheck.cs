namespace Pointsman.Model.Probes;

/// <summary>A group with articles in it, or one article [P4.2].</summary>
public sealed record NntpCheck : TextCheck
{
    public string? Group { get; init; }

    /// <summary>The fewest articles that the group must have, by the server's own estimate.</summary>
    public long MinArticles { get; init; }

    /// <summary>A message-id with its angle brackets, or a number in <see cref="Group"/>.</summary>
    public string? Article { get; init; }

    /// <summary>Reads the article too, or its first MiB: that gives the throughput. Else it must only be there.</summary>
    public bool Fetch { get; init; }

    public override int RoundTrips => base.RoundTrips + (Group is null ? 0 : 1) + (Article is null ? 0 : 1);
}
