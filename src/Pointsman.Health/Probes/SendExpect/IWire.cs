using System.Net;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>
/// What a conversation needs of a connection: sockets in the program, a script in tests. Broken connections and the deadline are thrown, and
/// become words elsewhere; all else is told.
/// </summary>
internal interface IWire
{
    /// <summary>What is waited for, in the words of a timeout.</summary>
    string Awaits { set; }

    /// <summary>Read from the server and not taken yet.</summary>
    int BufferedBytes { get; }

    /// <summary>A clock that only goes on. Microseconds.</summary>
    long Micros { get; }

    /// <summary>This end's address.</summary>
    IPAddress LocalAddress { get; }

    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>The next line, bounded by what the connection holds.</summary>
    ValueTask<LineRead> ReadLineAsync();

    /// <summary>TLS from here on. Null = it stands; else why not.</summary>
    ValueTask<string?> SecureAsync();

    /// <summary>A second connection to the very address of this one, at another port; one at a time.</summary>
    ValueTask OpenDataAsync(int port);

    /// <summary>Reads the second connection to its end, under TLS if this one is, and closes it. Null = as told in <paramref name="heard"/>.</summary>
    ValueTask<string?> ReadDataAsync(Heard heard);
}
