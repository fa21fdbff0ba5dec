using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Reloading;

/// <summary>
/// Asks for one host of a <see cref="LargeZone"/> after another over UDP, each once: a query that brings no answer is lost and is not asked
/// again. Keeps the editions that answered, in their order.
/// </summary>
internal sealed class QueryStream : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly UdpClient _client = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _asking;
    private readonly List<int> _editions = [];

    public QueryStream(IPEndPoint server)
    {
        _client.Connect(server);
        _asking = Task.Run(AskAsync);
    }

    public int Answered { get; private set; }
    public string? Failure { get; private set; }

    /// <summary>Ends it. The editions seen, each time that another one answered.</summary>
    public async Task<IReadOnlyList<int>> EndAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        return _editions;
    }

    private async Task AskAsync()
    {
        for (var number = 0; !_stop.IsCancellationRequested && Failure is null; number++)
        {
            var host = number * 7919 % LargeZone.Hosts;
            var query = Query((ushort)number, string.Create(CultureInfo.InvariantCulture, $"host-{host}.group-{host % 300}.large.test"));
            using var patience = new CancellationTokenSource(s_patience);
            try
            {
                await _client.SendAsync(query, CancellationToken.None);
                var answer = (await _client.ReceiveAsync(patience.Token)).Buffer;
                Failure = Check(query, answer, host);
                Answered++;
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                Failure = $"query {number} was lost: {error.Message}";
            }
        }
    }

    /// <summary>Exactly one address: 10.EDITION.HOST.</summary>
    private string? Check(byte[] query, byte[] answer, int host)
    {
        if (answer.Length != query.Length + 16 || !answer.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2)) || (answer[3] & 15) != 0 || answer[7] != 1)
            return $"no answer to {Convert.ToHexStringLower(query)}: {Convert.ToHexStringLower(answer)}";
        var address = answer.AsSpan()[^4..];
        if (address[0] != 10 || BinaryPrimitives.ReadUInt16BigEndian(address[2..]) != (host & 0xFFFF)) return $"host {host} has another's address {new IPAddress(address)}";
        if (_editions.Count == 0 || _editions[^1] != address[1]) _editions.Add(address[1]);
        return null;
    }

    private static byte[] Query(ushort id, string name)
    {
        byte[] header = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        return [.. header, .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0, 0, 1, 0, 1];
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
    }
}
