namespace Pointsman.Model.Probes;

/// <summary>One DNS question; up when the code is the expected one and the answers expected are there.</summary>
public sealed record DnsCheck : ProbeCheck
{
    public override ProbeTransport Transport => OverTcp ? ProbeTransport.Tcp : ProbeTransport.Udp;

    /// <summary>Lower case, no final dot; the root is empty.</summary>
    public required string Name { get; init; }

    public DnsType Type { get; init; } = DnsType.A;

    public bool OverTcp { get; init; }

    public DnsCode ExpectCode { get; init; }

    /// <summary>Each must be among the answers of the type asked for, in the form that a zone file gives them.</summary>
    public Sequence<string> Expect { get; init; }

    /// <summary>The fewest answers of the type asked for; null = one where the code expected is NOERROR, else none.</summary>
    public int? MinAnswers { get; init; }

    public override int RoundTrips => OverTcp ? 2 : 1;
}

/// <summary>The types that can be asked for, by their numbers on the wire.</summary>
public enum DnsType { A = 1, Ns = 2, Cname = 5, Soa = 6, Ptr = 12, Mx = 15, Txt = 16, Aaaa = 28, Srv = 33 }

/// <summary>Response codes, by their numbers on the wire.</summary>
public enum DnsCode { NoError = 0, FormErr = 1, ServFail = 2, NxDomain = 3, NotImp = 4, Refused = 5 }
