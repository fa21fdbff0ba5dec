using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.dns</c>.</summary>
internal static class DnsKeys
{
    private static readonly (string Word, DnsType Type)[] types = [.. Enum.GetValues<DnsType>().Select(static type => (type.ToString().ToUpperInvariant(), type))];
    private static readonly (string Word, DnsCode Code)[] codes = [.. Enum.GetValues<DnsCode>().Select(static code => (code.ToString().ToUpperInvariant(), code))];

    private static readonly Key<string?> name = Required("name", Names.Zone.OrNull(), "The name asked for; `.` is the root.");
    private static readonly Key<DnsType> type = Optional("type", new Choice<DnsType>(types), "The type asked for.", DnsType.A, "A");
    private static readonly Key<bool> transport = Optional("transport", new Choice<bool>([("udp", false), ("tcp", true)]), "Over what.", false, "udp");
    private static readonly Key<DnsCode> expectCode = Optional("expectCode", new Choice<DnsCode>(codes), "The response code that means up.", DnsCode.NoError, "NOERROR");
    private static readonly Key<ImmutableArray<string>> expect = Optional("expect", new ListOf<string>(Names.ShortText, 1, 32, orOne: true),
        "Answers that must be there, as a zone file has them, names without their final dot: `192.0.2.1`, `10 mail.example.com`.", [], "[]");
    private static readonly Key<int?> minAnswers = Optional("minAnswers", new Whole(0, 1000).OrNone(), "The fewest answers of the type.", null, "1, or 0 when another code than NOERROR is expected");

    public static readonly CheckKey Dns = new("dns", new KeyTable("services.*.probe.dns", [name, type, transport, expectCode, expect, minAnswers]), Read, "Ask a name server.");

    private static WrittenCheck Read(Fields fields)
    {
        var check = new DnsCheck
        {
            Name = fields.Get(name) ?? "",
            Type = fields.Get(type),
            OverTcp = fields.Get(transport),
            ExpectCode = fields.Get(expectCode),
            Expect = new(fields.Get(expect)),
            MinAnswers = fields.Get(minAnswers),
        };
        return _ => check;
    }
}
