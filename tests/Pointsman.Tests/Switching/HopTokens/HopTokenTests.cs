using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Pointsman.Model;
using Pointsman.Switching.HopTokens;

namespace Pointsman.Tests.Switching.HopTokens;

[Trait("mission", "P6.6")]
public sealed class HopTokenTests
{
    private static readonly byte[] s_secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] s_other = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];
    private static readonly HopKeys s_keys = new(s_secret);
    private static readonly ServiceId s_service = new(7);
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_is_issued_is_read_for_any_service_and_any_sites()
        => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue].Array[0, 100]).Sample((service, sites) =>
        {
            var visited = sites.Select(site => new SiteId(site)).ToImmutableArray();
            var token = HopToken.Issue(s_keys, new ServiceId(service), visited, s_now);
            Assert.True(token.Length <= HopToken.MostCharacters);
            Assert.True(HopToken.TryRead(s_keys, Encoding.ASCII.GetBytes(token), new ServiceId(service), s_now, out var read));
            Assert.Equal(visited, read);
        });

    [Fact]
    public void A_token_of_one_site_is_short_and_safe_in_a_query()
    {
        var token = HopToken.Issue(s_keys, s_service, [new SiteId(3)], s_now);
        Assert.Equal(32, token.Length);
        Assert.Matches("^[A-Za-z0-9_-]+$", token);
    }

    [Fact]
    [Trait("rfc", "2104 §5")]
    public void Its_end_is_the_leftmost_half_of_the_HMAC_of_what_is_before()
    {
        var token = Base64Url.DecodeFromChars(Issue());
        var mac = HMACSHA256.HashData(s_secret, (byte[])[.. "pointsman hop token\0"u8, .. token[..^16]]);
        Assert.Equal(mac[..(mac.Length / 2)], token[^16..]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(30, false)]
    [InlineData(3600, false)]
    public void It_is_valid_for_thirty_seconds(int secondsLater, bool valid)
        => Assert.Equal(valid, TryRead(Issue(), s_keys, s_service, s_now.AddSeconds(secondsLater)));

    [Fact]
    public void Another_service_another_secret_and_any_other_bit_are_no_token()
    {
        Assert.False(TryRead(Issue(), s_keys, new ServiceId(8), s_now));
        Assert.False(TryRead(Issue(), new HopKeys(s_other), s_service, s_now));
        var token = Issue();
        for (var at = 0; at < token.Length; at++)
        {
            foreach (var replacement in "AB9_")
            {
                if (token[at] == replacement) continue;
                Assert.False(TryRead(token[..at] + replacement + token[(at + 1)..], s_keys, s_service, s_now), $"character {at}");
            }

            Assert.False(TryRead(token[..at], s_keys, s_service, s_now), $"cut at {at}");
        }
    }

    [Fact]
    public void While_the_secret_is_being_changed_both_are_accepted()
    {
        var before = new HopKeys(s_secret, s_other);
        var after = new HopKeys(s_other, s_secret);
        Assert.True(TryRead(HopToken.Issue(before, s_service, [], s_now), after, s_service, s_now));
        Assert.True(TryRead(HopToken.Issue(after, s_service, [], s_now), before, s_service, s_now));
        Assert.True(TryRead(HopToken.Issue(before, s_service, [], s_now), new HopKeys(s_secret), s_service, s_now));
        Assert.False(TryRead(HopToken.Issue(after, s_service, [], s_now), new HopKeys(s_secret), s_service, s_now));
    }

    [Fact]
    public void Garbage_is_no_token_and_never_an_error()
        => Gen.Byte.Array[0, 1200].Sample(text => Assert.False(HopToken.TryRead(s_keys, text, s_service, s_now, out _)));

    [Fact]
    public void A_secret_that_is_too_short_or_one_too_many_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HopKeys(new byte[15]));
        Assert.Throws<ArgumentException>(() => new HopKeys());
        Assert.Throws<ArgumentException>(() => new HopKeys(s_secret, s_other, s_secret));
    }

    private static string Issue() => HopToken.Issue(s_keys, s_service, [new SiteId(1), new SiteId(2)], s_now);

    private static bool TryRead(string token, HopKeys keys, ServiceId service, DateTimeOffset now) =>
        HopToken.TryRead(keys, Encoding.ASCII.GetBytes(token), service, now, out _);
}
