using System.Net;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>What the server said last, for the script to decide on. Mutable; one per conversation.</summary>
internal sealed class Heard
{
    /// <summary>How much of a content is kept to look for a text in.</summary>
    public const int KeptBytes = HttpReply.KeptBodyBytes;

    /// <summary>The status as the protocol writes it: <c>250</c>, <c>+OK</c>, <c>NO</c>; empty before any.</summary>
    public string Status { get; set; } = "";

    /// <summary>What stood behind the status, in the last line that had one.</summary>
    public string Text { get; set; } = "";

    /// <summary>The texts of all lines of the reply, bounded as the reply is.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Bytes of content, by a second connection or in a block, and how long they took from being asked for.</summary>
    public long ContentBytes { get; set; }
    public long ContentMicros { get; set; }

    /// <summary>Enough was read: there would have been more.</summary>
    public bool IsCut { get; set; }

    /// <summary>The beginning of the content of a second connection.</summary>
    public ReadOnlyMemory<byte> Kept { get; set; }

    /// <summary>The address that this end of the connection has.</summary>
    public IPAddress LocalAddress { get; set; } = IPAddress.None;

    /// <summary>Whether one of the lines is the capability <paramref name="wanted"/>: its keyword, and among its parameters every one that is asked for.</summary>
    public bool Offers(string wanted)
    {
        var words = wanted.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in Lines)
        {
            var offered = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && offered.Length > 0 && Same(words[0], offered[0]) && words.All(word => offered.Any(other => Same(word, other)))) return true;
        }

        return false;
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
