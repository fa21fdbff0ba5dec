using System.Net;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

public sealed class TransportLimitTests
{
    [Fact]
    public void A_bucket_gives_its_burst_and_then_so_much_a_second()
    {
        var bucket = new Bucket(perSecond: 2, burst: 5);
        var now = new Instant(0);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => bucket.TryTake(1, now)));
        Assert.Equal(4, Enumerable.Range(0, 100).Count(_ => bucket.TryTake(1, now + TimeSpan.FromSeconds(2))));
        Assert.False(bucket.TryTake(6, now + TimeSpan.FromHours(1)));
        Assert.True(bucket.TryTake(5, now + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_same_kind_of_thing_is_told_once_in_a_while_and_kinds_are_bounded()
    {
        var told = new Told();
        var now = new Instant(0);
        Assert.Equal(1, Enumerable.Range(0, 1_000).Count(_ => told.IsNews("closed b TooFast", now)));
        Assert.True(told.IsNews("closed b TooFast", now + TimeSpan.FromMinutes(11)));
        Assert.InRange(Enumerable.Range(0, 100_000).Count(number => told.IsNews($"{number}", now)), 1_000, 1_024);
    }

    [Fact]
    public void So_many_handshakes_of_one_address_and_so_many_of_strangers()
    {
        var gate = new ConnectionGate();
        var tickets = Enumerable.Range(0, 40).Select(_ => gate.Knock(IPAddress.Parse("192.0.2.1"), isKnown: false)).OfType<IDisposable>().ToList();
        Assert.Equal(ConnectionGate.HandshakesOfOneAddress, tickets.Count);
        for (var number = 2; number < 200; number++)
        {
            if (gate.Knock(IPAddress.Parse($"192.0.2.{number}"), isKnown: false) is { } ticket) tickets.Add(ticket);
        }

        Assert.Equal(ConnectionGate.Handshakes, tickets.Count);
        // The configured nodes are not kept out by who else knocks.
        Assert.NotNull(gate.Knock(IPAddress.Parse("198.51.100.1"), isKnown: true));
        tickets[0].Dispose();
        tickets[0].Dispose();
        Assert.NotNull(gate.Knock(IPAddress.Parse("192.0.2.1"), isKnown: false));
        Assert.Null(gate.Knock(IPAddress.Parse("192.0.2.1"), isKnown: false));
    }

    [Fact]
    public void Addresses_of_one_customers_IPv6_network_are_one()
    {
        var gate = new ConnectionGate();
        Assert.Equal(ConnectionGate.HandshakesOfOneAddress, Enumerable.Range(1, 100).Count(number => gate.Knock(IPAddress.Parse($"2001:db8:0:1::{number:x}"), isKnown: false) is not null));
        Assert.NotNull(gate.Knock(IPAddress.Parse("2001:db8:0:2::1"), isKnown: false));
    }

    [Fact]
    public void A_site_has_a_few_connections_and_no_more()
    {
        var gate = new ConnectionGate();
        var places = Enumerable.Range(0, 10).Select(_ => gate.Enter(new SiteId(2))).ToList();
        Assert.Equal(ConnectionGate.ConnectionsOfOneSite, places.OfType<IDisposable>().Count());
        Assert.NotNull(gate.Enter(new SiteId(3)));
        places[0]!.Dispose();
        Assert.NotNull(gate.Enter(new SiteId(2)));
    }
}
