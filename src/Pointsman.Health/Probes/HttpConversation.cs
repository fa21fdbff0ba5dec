using System.Buffers;
using System.Runtime.CompilerServices;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// One request over HTTP; well when status, headers and body are what was expected [P4.2]. Also times the body for the throughput [P4.1]:
/// from sending the request to the last byte, because of a small body nothing else can be timed: it arrives with the head. Redirects are
/// followed only where that is asked for, only within the host, each over a connection of its own.
/// </summary>
internal sealed class HttpConversation : IConversation<HttpCheck>
{
    // Kept of one header line: more than any length, coding or place needs.
    private const int LineBytes = 2048;

    // By the target itself: its request is the same at each probe, and goes with it.
    private static readonly ConditionalWeakTable<ProbeTarget, byte[]> requests = [];

    public async ValueTask<Spoken> SpeakAsync(HttpCheck check, ProbeConnection connection, ProbeTarget target)
    {
        if (check.FollowRedirects == 0) return (await ExchangeAsync(check, null, connection, target)).Spoken;
        var request = HttpRequest.Of(check, target);
        var (spoken, reply) = await ExchangeAsync(check, request, connection, target);
        var seen = new List<string> { $"{request.Method} {request.Path}" };
        for (var hop = 1; spoken.Failure is not null && reply is { IsRedirect: true } redirect && !check.IsExpected(redirect.Status); hop++)
        {
            if (hop > check.FollowRedirects) return Spoken.Failed($"more than {check.FollowRedirects} redirects; the last one leads to {redirect.Location}");
            if (request.Follow(check, redirect, target.Key.Address.Port, out var why) is not { } next) return Spoken.Failed(why);
            request = next;
            if (seen.Contains($"{request.Method} {request.Path}")) return Spoken.Failed($"a redirect loop: {redirect.Words} leads back to {request.Path}");
            seen.Add($"{request.Method} {request.Path}");
            using var another = await ProbeConnection.OpenAsync(target, connection.Clock);
            if (check.Tls is { } tls && await another.StartTlsAsync(tls, target) is { } failure) return Spoken.Failed(failure);
            (spoken, reply) = await ExchangeAsync(check, request, another, target);
        }

        return spoken;
    }

    /// <param name="request">Null = the check's own.</param>
    private static ValueTask<(Spoken Spoken, HttpReply? Reply)> ExchangeAsync(HttpCheck check, HttpRequest? request, ProbeConnection connection, ProbeTarget target) =>
        check.Dialect == HttpDialect.Http2
            ? ExchangeHttp2Async(check, request ?? HttpRequest.Of(check, target), connection)
            : ExchangeHttp1Async(check, request, connection, target);

    private static async ValueTask<(Spoken Spoken, HttpReply? Reply)> ExchangeHttp1Async(HttpCheck check, HttpRequest? request, ProbeConnection connection, ProbeTarget target)
    {
        var pool = ArrayPool<byte>.Shared;
        var line = pool.Rent(LineBytes);
        var keep = KeepsBody(check) ? pool.Rent(HttpReply.KeptBodyBytes) : null;
        try
        {
            var started = connection.Clock.Timestamp;
            await connection.SendAsync(request is null ? requests.GetValue(target, static one => Bytes(one)) : request.ToBytes(check));
            var reader = new HttpReplyReader(line, keep, new HttpHead(check.ExpectHeaders, (request?.Method ?? check.Method) == "HEAD", wantsLocation: true));
            var progress = ReplyProgress.More;
            while (progress == ReplyProgress.More)
            {
                var some = await connection.ReadSomeAsync();
                progress = some.IsEmpty ? reader.Ended() : reader.Feed(some.Span);
            }

            if (progress == ReplyProgress.Nonsense) return (Spoken.Failed(reader.Failure), null);
            var reply = Of(reader, progress);
            return (reply.Judge(check, reader.Kept, connection.Clock.MicrosSince(started)), reply);
        }
        finally
        {
            pool.Return(line);
            if (keep is not null) pool.Return(keep);
        }
    }

    private static async ValueTask<(Spoken Spoken, HttpReply? Reply)> ExchangeHttp2Async(HttpCheck check, HttpRequest request, ProbeConnection connection)
    {
        var keep = KeepsBody(check) ? ArrayPool<byte>.Shared.Rent(HttpReply.KeptBodyBytes) : null;
        try
        {
            var started = connection.Clock.Timestamp;
            using var exchange = new Http2Exchange(connection, check.Tls is null ? "http" : "https");
            using var message = exchange.Message(request, check);
            var (reply, failure) = await exchange.SendAsync(message, check, keep);
            if (failure is not null) return (Spoken.Failed(failure), null);
            return (reply.Judge(check, keep.AsSpan(0, (int)Math.Min(reply.BodyBytes, keep?.Length ?? 0)), connection.Clock.MicrosSince(started)), reply);
        }
        finally
        {
            if (keep is not null) ArrayPool<byte>.Shared.Return(keep);
        }
    }

    internal static HttpReply Of(HttpReplyReader reader, ReplyProgress progress) =>
        new(reader.Head.Status, reader.Head.ReasonPhrase, reader.Head.IsVipFull, reader.Head.Missing, reader.Head.Location, reader.BodyBytes, progress == ReplyProgress.Cut) { HasRetryAfter = reader.Head.HasRetryAfter };

    private static bool KeepsBody(HttpCheck check) => check.ExpectBody is not null || check.ExpectBodyMatches is not null;

    private static byte[] Bytes(ProbeTarget target)
    {
        var check = (HttpCheck)target.Settings.Check;
        return HttpRequest.Of(check, target).ToBytes(check);
    }
}
