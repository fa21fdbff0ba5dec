using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>What the header and the OPT record have to say of an answer whose records are already written.</summary>
internal struct Resolution
{
    public Rcode Rcode;
    public QueryOutcome Outcome;
    public bool Authoritative;
    public bool Truncated;
    public int Answers;
    public int Authorities;
    public int Additionals;

    /// <summary>SCOPE PREFIX-LENGTH: 0 for what is the same for everybody [S16].</summary>
    public byte Scope;
    public Reason? Reason;

    /// <summary>
    /// How many labels, from the root, of the name asked this answer stands for; rates are kept by that. Made-up names below a wildcard, a cut, a
    /// DNAME or a zone are all different, what they are answered from is not.
    /// </summary>
    public int NameLabels;
}
