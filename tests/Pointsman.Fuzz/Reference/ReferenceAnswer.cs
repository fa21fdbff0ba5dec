namespace Pointsman.Fuzz.Reference;

/// <summary>What a question must be answered with, were there no limit of size.</summary>
internal sealed class ReferenceAnswer
{
    public int Rcode { get; set; }
    public bool Authoritative { get; set; }
    public List<ReferenceSet> Answers { get; } = [];
    public List<ReferenceSet> Authority { get; } = [];

    /// <summary>Glue that must be there (RFC 9471 §3.1), then glue that may be left out.</summary>
    public List<ReferenceSet> RequiredGlue { get; } = [];
    public List<ReferenceSet> OptionalGlue { get; } = [];
    public int Scope { get; set; }
    public int? Reason { get; set; }
    public bool FromDynamic { get; set; }
    public bool IsReferral { get; set; }

    /// <summary>NODATA, when nothing but the rcode would not tell it from an answer.</summary>
    public bool IsNegative { get; set; }

    public int Size() => Answers.Concat(Authority).Concat(RequiredGlue).Concat(OptionalGlue).Sum(set => set.Size());
}
