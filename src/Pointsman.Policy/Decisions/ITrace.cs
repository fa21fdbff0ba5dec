using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// Where the stages write why. They are generic over a struct of this, so that with <see cref="NullTrace"/> the compiler removes every line of
/// it: one code decides and explains. A stage asks <see cref="IsOn"/> before it makes text.
/// </summary>
internal interface ITrace
{
    bool IsOn { get; }
    void Say(string stage, string text);
    void Exclude(string stage, Site site, string reason);
}

internal readonly struct NullTrace : ITrace
{
    public bool IsOn => false;

    public void Say(string stage, string text)
    {
    }

    public void Exclude(string stage, Site site, string reason)
    {
    }
}

/// <summary>Keeps every line, for <see cref="Explanation"/>.</summary>
internal readonly struct RecordingTrace() : ITrace
{
    public readonly List<TraceLine> Lines = [];
    public readonly List<ExcludedSite> Excluded = [];

    public bool IsOn => true;

    public void Say(string stage, string text) => Lines.Add(new TraceLine(stage, text));

    public void Exclude(string stage, Site site, string reason)
    {
        Lines.Add(new TraceLine(stage, $"{site.Name} out: {reason}"));
        Excluded.Add(new ExcludedSite(site, stage, reason));
    }
}
