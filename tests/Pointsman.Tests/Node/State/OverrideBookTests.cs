using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp;
using Pointsman.Dssp.Pki;
using Pointsman.Model;
using Pointsman.Node.State;
using Pointsman.Tests.Dssp;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Node.State;

/// <summary>Which orders a node believes, whoever brings them.</summary>
public sealed class OverrideBookTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-orders-").FullName;
    private readonly PemPair authority = CertificateMaker.MakeAuthority("test", Overrides.Noon, TimeSpan.FromDays(2000));
    private readonly EventLog log = new(TimeProvider.System);
    private readonly OverrideBook book;

    public OverrideBookTests()
    {
        book = new OverrideBook(new SiteId(1), log);
        book.Believe(Trusted());
        book.Use(TestMesh.Cluster(), Overrides.Noon);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private OperatorSignatures Trusted(PemPair? other = null)
    {
        var file = Path.Combine(folder, "ca.crt");
        File.WriteAllText(file, (other ?? authority).Certificate);
        return OperatorSignatures.Load("test", file);
    }

    private static Override Order(int site, int? service = null, OverrideKind kind = OverrideKind.Drain, long millis = 0) =>
        Overrides.Make(kind, site, service, (ulong)(Overrides.Noon.ToUnixTimeMilliseconds() + millis));

    private Override Signed(Override order, string who = "ana")
    {
        var pair = CertificateMaker.MakeOperator(authority, "test", who, Overrides.Noon, TimeSpan.FromDays(1000));
        using var certificate = X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
        return OperatorSignatures.Sign(order with { Who = who }, certificate, "test", TestMesh.NameOf(order.Key.Site.Value), order.Key.Service is null ? null : "www.example.test");
    }

    private bool Hear(int from, params Override[] orders) => book.Hear(new SiteId(from), [.. orders], Overrides.Noon);

    private long RefusedOf(int from, OverrideRefusal why) => book.Refused.GetValueOrDefault((new SiteId(from), why));

    [Fact]
    public void A_site_speaks_for_itself_and_an_operators_signature_for_any_site_whoever_brings_it()
    {
        Assert.True(Hear(2, Order(2)));
        Assert.True(Hear(2, Signed(Order(3, 1))));
        Assert.False(Hear(2, Order(3)));
        Assert.Equal([(2, false), (3, true)], book.Known.All.Select(one => (one.Key.Site.Value, one.IsSigned)));
        Assert.Equal(1, RefusedOf(2, OverrideRefusal.Unsigned));
        Assert.Contains(log.After(0), entry => entry.Kind == "override-refused" && entry.Text.Contains("not signed by an operator", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hostile_peer_changes_nothing_about_others_and_is_counted_and_told_of_once_a_kind()
    {
        Hear(3, Order(3, kind: OverrideKind.Drain));
        var before = book.Known;
        using var strange = X509Certificate2.CreateFromPem(CertificateMaker.MakeOperator(CertificateMaker.MakeAuthority("test", Overrides.Noon, TimeSpan.FromDays(2000)), "test", "ana", Overrides.Noon, TimeSpan.FromDays(1000)) is var pair ? pair.Certificate : "", pair.Key);
        var forged = OperatorSignatures.Sign(Order(3, kind: OverrideKind.Clear, millis: 5), strange, "test", "c", null);
        for (var round = 0; round < 50; round++)
        {
            Assert.False(Hear(2, Order(3, kind: OverrideKind.ForceDown, millis: 9), Order(1), Order(99), forged, Order(2) with { Stamp = ulong.MaxValue }, Order(2) with { Until = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero) }));
        }

        Assert.Same(before, book.Known);
        Assert.Equal((100, 50, 50, 50, 50), (RefusedOf(2, OverrideRefusal.Unsigned), RefusedOf(2, OverrideRefusal.UnknownPlace), RefusedOf(2, OverrideRefusal.Signature), RefusedOf(2, OverrideRefusal.Stamp), RefusedOf(2, OverrideRefusal.Time)));
        Assert.Equal(5, log.After(0).Count(entry => entry.Kind == "override-refused"));
        // And the next honest order is obeyed.
        Assert.True(Hear(2, Signed(Order(3, kind: OverrideKind.Clear, millis: 6))));
    }

    [Fact]
    public void So_many_signatures_are_looked_at_and_no_more_until_time_has_passed()
    {
        var orders = Enumerable.Range(0, 100).Select(number => Signed(Order(3, millis: number + 1)) with { Why = $"{number}" }).ToArray();
        Assert.False(Hear(2, orders));
        Assert.Equal((64, 36), (RefusedOf(2, OverrideRefusal.Signature), RefusedOf(2, OverrideRefusal.TooMany)));
        // Another peer's are none of this one's affair.
        Assert.True(Hear(4, Signed(Order(3, millis: 500))));
        Assert.True(book.Hear(new SiteId(2), [Signed(Order(3, millis: 600))], Overrides.Noon.AddSeconds(1)));
    }

    [Fact]
    public void What_it_passes_on_is_what_a_receiver_may_believe_of_it()
    {
        Assert.Null(book.Take(Order(1), Overrides.Noon));
        Hear(2, Order(2));
        Hear(2, Signed(Order(3)));
        Assert.Equal([1, 3], book.ToPassOn.Select(one => one.Key.Site.Value));
        Assert.Equal(book.ToPassOn, book.ToPassOn);
    }

    [Fact]
    public void An_order_to_this_node_about_another_site_holds_only_signed()
    {
        Assert.Contains("not signed", book.Take(Order(2), Overrides.Noon), StringComparison.Ordinal);
        Assert.Null(book.Take(Signed(Order(2)), Overrides.Noon));
        Assert.Contains("not configured", book.Take(Order(9), Overrides.Noon), StringComparison.Ordinal);
        Assert.Contains("a later one holds", book.Take(Signed(Order(2, millis: -5) with { Since = Overrides.Noon.AddHours(-1) }), Overrides.Noon), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_authority_and_a_site_that_is_gone_end_their_orders()
    {
        Hear(2, Signed(Order(3)), Order(2));
        book.Believe(Trusted(CertificateMaker.MakeAuthority("test", Overrides.Noon, TimeSpan.FromDays(2000))));
        book.Use(TestMesh.Cluster(), Overrides.Noon);
        Assert.Equal(2, Assert.Single(book.Known.All).Key.Site.Value);
        Assert.Contains(log.After(0), entry => entry.Kind == "override-dropped");
        book.Use(TestMesh.Cluster(1), Overrides.Noon);
        Assert.Empty(book.Known.All);
    }

    [Fact]
    public async Task Orders_outlive_a_restart_and_a_damaged_file_is_set_aside()
    {
        using var store = new OverrideStore(folder, log);
        Assert.Empty(store.Load());
        var known = OverrideSet.Of([Order(1), Signed(Order(3, 1) with { Until = Overrides.Noon.AddHours(2) }), Order(2, kind: OverrideKind.Clear)]);
        Assert.True(await store.SaveAsync(() => known));
        using var again = new OverrideStore(folder, log);
        Assert.Equal(known.All, again.Load());
        var file = Path.Combine(folder, "overrides.json");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, text.Replace("ana", "bob", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Empty(again.Load());
        Assert.True(File.Exists(file + ".damaged"));
        Assert.Contains(log.After(0), entry => entry.Kind == "state-damaged" && entry.Text.Contains("wrong checksum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_of_once()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "plain"), "", TestContext.Current.CancellationToken);
        using var store = new OverrideStore(Path.Combine(folder, "plain", "state"), log);
        var known = OverrideSet.Of([Order(1)]);
        Assert.False(await store.SaveAsync(() => known));
        Assert.False(await store.SaveAsync(() => known));
        Assert.Single(log.After(0), entry => entry.Kind == "state-unsaved");
    }

    [Fact]
    public void What_begins_and_ends_is_told_once_and_a_force_of_more_than_a_day_is_an_alarm()
    {
        var diary = new OverrideDiary(log, book.NameOf);
        var cluster = TestMesh.Cluster();
        var known = OverrideSet.Of([Order(2, kind: OverrideKind.ForceDown), Order(3, 1)]);
        diary.InForce(cluster, known.InForce(Overrides.Noon), known, new Instant(0));
        diary.InForce(cluster, known.InForce(Overrides.Noon), known, new Instant(0));
        diary.Remind(cluster, Overrides.Noon.AddHours(23));
        diary.Remind(cluster, Overrides.Noon.AddHours(25));
        diary.Remind(cluster, Overrides.Noon.AddHours(26));
        known = known.Merge(Order(3, 1, OverrideKind.Clear, millis: 1) with { Who = "bo" });
        diary.InForce(cluster, known.InForce(Overrides.Noon), known, new Instant(0));
        Assert.Equal(
            [
                ("forced-down", "b is FORCED DOWN by operator ana"),
                ("drained", "c/www.example.test is drained by operator ana"),
                ("alarm", "b is FORCED DOWN for 25h now, by operator ana: is that still wanted? 'pointsman force clear b' ends it"),
                ("undrained", "c/www.example.test is drained no more: lifted by operator bo"),
            ],
            log.After(0).Select(entry => (entry.Kind, entry.Text)));
    }

    [Fact]
    public void A_site_whose_orders_come_and_go_with_every_word_does_not_fill_the_events()
    {
        var diary = new OverrideDiary(log, book.NameOf);
        for (var word = 0; word < 2000; word++)
        {
            var known = OverrideSet.Of([Order(2, kind: word % 2 == 0 ? OverrideKind.Drain : OverrideKind.Clear, millis: word)]);
            diary.InForce(TestMesh.Cluster(), known.InForce(Overrides.Noon), known, new Instant(word * 25_000L));
        }

        // Fifty seconds of it: what sixty-five orders need at once, and one of a kind each ten seconds.
        Assert.InRange(log.After(0).Length, 65, 2 * (65 + 6));
        diary.InForce(TestMesh.Cluster(), [], OverrideSet.Empty, new Instant(60_000_000L));
        var drained = OverrideSet.Of([Order(2)]);
        diary.InForce(TestMesh.Cluster(), drained.InForce(Overrides.Noon), drained, new Instant(100_000_000L));
        Assert.Contains("more of its kind were not told", log.After(0)[^1].Text, StringComparison.Ordinal);
    }
}
