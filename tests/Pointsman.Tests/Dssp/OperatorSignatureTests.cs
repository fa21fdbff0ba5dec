using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp;
using Pointsman.Dssp.Pki;
using Pointsman.Model;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>Whose order counts: only that of an operator whom this cluster's authority named, and only as he gave it.</summary>
public sealed class OperatorSignatureTests : IDisposable
{
    private static readonly TimeSpan years = TimeSpan.FromDays(1000);

    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-operators-").FullName;
    private readonly PemPair authority = CertificateMaker.MakeAuthority("test", Overrides.Noon, years);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private OperatorSignatures Believed(params PemPair[] authorities)
    {
        var file = Path.Combine(folder, "authority.crt");
        File.WriteAllText(file, string.Concat(authorities.Select(one => one.Certificate)));
        return OperatorSignatures.Load("test", file);
    }

    private static X509Certificate2 With(PemPair pair) => X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);

    private X509Certificate2 Ana(TimeSpan? lifetime = null) => With(CertificateMaker.MakeOperator(authority, "test", "ana", Overrides.Noon, lifetime ?? years));

    private static Override Signed(X509Certificate2 by, Override? order = null) => OperatorSignatures.Sign(order ?? Overrides.Make(OverrideKind.Drain, 2), by, "test", "b", null);

    [Fact]
    public void An_operators_order_is_believed_and_so_it_is_while_two_authorities_are()
    {
        using var ana = Ana();
        var order = Signed(ana);
        Assert.Null(Believed(authority).Fault(order, "b", null));
        Assert.Null(Believed(CertificateMaker.MakeAuthority("test", Overrides.Noon, years), authority).Fault(order, "b", null));
    }

    [Fact]
    public void An_RSA_operator_is_believed_too()
    {
        using var key = RSA.Create(2048);
        using var issuer = With(authority);
        var request = new CertificateRequest("CN=ana", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(SiteUri.Extension(SiteUri.ForOperator("test", "ana"), []));
        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        using var bare = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), Overrides.Noon.AddMinutes(-1), Overrides.Noon + TimeSpan.FromDays(900), [1, 2, 3]);
        using var ana = bare.CopyWithPrivateKey(key);
        Assert.Null(Believed(authority).Fault(Signed(ana), "b", null));
    }

    [Theory]
    [InlineData("another kind")]
    [InlineData("another reason")]
    [InlineData("another end")]
    [InlineData("another stamp")]
    [InlineData("another site")]
    [InlineData("another service")]
    [InlineData("another name")]
    [InlineData("a broken signature")]
    [InlineData("no signature")]
    [InlineData("no certificate")]
    public void What_was_changed_after_it_was_signed_counts_for_nothing(string what)
    {
        using var ana = Ana();
        var order = Signed(ana);
        var signature = order.Signature!;
        var changed = what switch
        {
            "another kind" => order with { Kind = OverrideKind.ForceDown },
            "another reason" => order with { Why = "x" },
            "another end" => order with { Until = Overrides.Noon.AddHours(1) },
            "another stamp" => order with { Stamp = 2 },
            "another name" => order with { Who = "bo" },
            "a broken signature" => order with { Signature = signature with { Value = signature.Value.SetItem(10, (byte)(signature.Value[10] ^ 1)) } },
            "no signature" => order with { Signature = signature with { Value = [] } },
            "no certificate" => order with { Signature = signature with { Certificate = [1, 2, 3] } },
            _ => order,
        };
        Assert.NotNull(Believed(authority).Fault(changed, what == "another site" ? "c" : "b", what == "another service" ? "www" : null));
    }

    [Fact]
    public void Another_authority_another_cluster_a_sites_own_certificate_and_one_that_is_too_short_count_for_nothing()
    {
        var believed = Believed(authority);
        using var stranger = With(CertificateMaker.MakeOperator(CertificateMaker.MakeAuthority("test", Overrides.Noon, years), "test", "ana", Overrides.Noon, years));
        Assert.Contains("does not hold", believed.Fault(Signed(stranger), "b", null), StringComparison.Ordinal);
        using var elsewhere = With(CertificateMaker.MakeOperator(authority, "other", "ana", Overrides.Noon, years));
        Assert.Equal("it is of cluster 'other', not 'test'", believed.Fault(Signed(elsewhere), "b", null));
        using var site = With(CertificateMaker.MakeSite(authority, "test", "ana", [IPAddress.Loopback], Overrides.Noon, years));
        Assert.Contains("names no operator", believed.Fault(Signed(site), "b", null), StringComparison.Ordinal);
        using var brief = Ana(TimeSpan.FromDays(1));
        Assert.Contains("its certificate from", believed.Fault(Signed(brief), "b", null), StringComparison.Ordinal);
        Assert.Null(believed.Fault(Signed(brief, Overrides.Make(OverrideKind.Drain, 2, until: Overrides.Noon.AddHours(2))), "b", null));
        Assert.NotNull(OperatorSignatures.None("test").Fault(Signed(brief), "b", null));
    }

    [Fact]
    public void An_operators_certificate_is_no_sites()
    {
        using var ana = Ana();
        Assert.Null(SiteUri.Of(ana));
        Assert.Equal(("test", "ana"), OperatorSignatures.IdentityOf(ana));
    }

    [Theory]
    [InlineData("about itself", 2, 0, OverrideRefusal.None)]
    [InlineData("about another site, unsigned", 3, 0, OverrideRefusal.Unsigned)]
    [InlineData("a stamp of all ones", 2, -1, OverrideRefusal.Stamp)]
    [InlineData("a stamp two days ahead", 2, 48, OverrideRefusal.Stamp)]
    [InlineData("a stamp an hour ahead", 2, 1, OverrideRefusal.None)]
    public void A_peer_may_say_so_much(string what, int from, int hoursAhead, OverrideRefusal expected)
    {
        var clock = (ulong)Overrides.Noon.ToUnixTimeMilliseconds();
        var order = Overrides.Make(OverrideKind.Drain, 2, stamp: hoursAhead < 0 ? ulong.MaxValue : clock + (ulong)(hoursAhead * 3_600_000L));
        Assert.True(expected == OverrideCheck.Refuses(order, new SiteId(from), Overrides.Noon), what);
    }

    [Theory]
    [InlineData("an end in the year 9999", 0, 8000 * 366)]
    [InlineData("an end before the beginning", 0, -1)]
    [InlineData("a beginning in a week", 7, 8)]
    [InlineData("a life of more than a year", 0, 367)]
    public void A_time_that_nobody_means_is_refused(string what, int sinceDays, int untilDays)
    {
        var since = Overrides.Noon.AddDays(sinceDays);
        var until = untilDays > 366 * 1000 ? new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero) : Overrides.Noon.AddDays(untilDays);
        var order = Overrides.Make(OverrideKind.Drain, 2, stamp: (ulong)since.ToUnixTimeMilliseconds(), until: until) with { Since = since };
        Assert.True(OverrideRefusal.Time == OverrideCheck.Refuses(order, new SiteId(2), Overrides.Noon), what);
    }

    [Fact]
    public void Nothing_that_a_peer_can_write_makes_the_check_throw() =>
        Assert.Equal(OverrideRefusal.Time, OverrideCheck.Refuses(Overrides.Make(OverrideKind.Drain, 2) with { Since = DateTimeOffset.MaxValue }, new SiteId(2), Overrides.Noon));
}
