using System.Net;
using System.Net.Sockets;
using System.Text;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

public sealed class NodeClientTests
{
    [Theory]
    [InlineData("""{"title":"unknown service","status":404,"detail":"there is no service 'ww'"}""", "there is no service 'ww'", "the detail is for people")]
    [InlineData("""{"title":"unknown service","detail":null}""", "unknown service", "without one the title")]
    [InlineData("""{"type":"about:blank"}""", " answered 404 to sites", "without both the status")]
    [InlineData("""{"detail":17}""", " answered 404 to sites", "a detail that is no text")]
    [InlineData("<html>", " answered 404 to sites", "no problem document at all")]
    [Trait("rfc", "9457 §3.1")]
    public async Task A_problem_is_told_in_its_own_words(string body, string told, string _)
    {
        var stop = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new NodeClient(new Uri($"http://{listener.LocalEndpoint}"));
        var asked = client.GetAsync("sites", stop);
        using var connection = await listener.AcceptSocketAsync(stop);
        var request = new byte[4096];
        var received = 0;
        while (request.AsSpan(0, received).IndexOf("\r\n\r\n"u8) < 0) received += await connection.ReceiveAsync(request.AsMemory(received), stop);
        await connection.SendAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), stop);
        var error = await Assert.ThrowsAsync<NodeClientException>(() => asked);
        Assert.EndsWith(told, error.Message, StringComparison.Ordinal);
    }
}
