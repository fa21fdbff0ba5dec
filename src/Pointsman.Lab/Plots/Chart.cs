using System.Collections.Immutable;

namespace Pointsman.Lab.Plots;

/// <summary>Curves over one axis of time, as data: what a <see cref="SvgChart"/> draws.</summary>
public sealed record Chart
{
    public required string Title { get; init; }

    /// <summary>In words, for those who cannot see it.</summary>
    public string Description { get; init; } = "";

    public required string ValueLabel { get; init; }
    public required ImmutableArray<Curve> Curves { get; init; }

    /// <summary>What happened when, as upright lines.</summary>
    public ImmutableArray<Moment> Moments { get; init; } = [];

    /// <summary>Level lines that values are to be compared with.</summary>
    public ImmutableArray<Level> Levels { get; init; } = [];

    /// <summary>Where the time axis ends; it begins at 0.</summary>
    public required double Seconds { get; init; }

    /// <summary>The value axis ends at least here.</summary>
    public double LeastTop { get; init; }
}

/// <param name="Points">In order of time, which is in seconds.</param>
public sealed record Curve(string Name, ImmutableArray<(double Seconds, double Value)> Points);

public sealed record Moment(double Seconds, string Words);

public sealed record Level(double Value, string Words);
