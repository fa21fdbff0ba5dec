using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Asking;

/// <summary>A decision that says what the test wants, and remembers what it was asked.</summary>
internal sealed class FakeDynamic(params string[] names) : IDynamicAnswers
{
    public NameTable Names { get; } = new([.. names.Select(DomainName.Parse)]);
    public DynamicVerdict Verdict { get; set; }
    public AddressFragment[] Fragments { get; set; } = [];
    public uint Ttl { get; set; } = 30;
    public byte Scope { get; set; }
    public ExtendedError? Reason { get; set; }
    public (int Number, DynamicQuery Query) Asked { get; private set; } = (-1, default);

    public void Choose(int number, in DynamicQuery query, ref DynamicChoice choice)
    {
        Asked = (number, query);
        choice.Verdict = Verdict;
        choice.TtlSeconds = Ttl;
        choice.Scope = Scope;
        choice.Reason = Reason;
        foreach (var fragment in Fragments) choice.Add(fragment);
    }
}
