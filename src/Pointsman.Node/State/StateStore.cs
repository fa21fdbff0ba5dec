using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pointsman.Node.State;

/// <summary>What one node keeps over a restart.</summary>
/// <param name="Incarnation">The last one used; the next life takes a larger one [S21].</param>
/// <param name="SavedAt">By the wall clock: decides whether <paramref name="LastGood"/> is young enough [S11].</param>
/// <param name="LastGood">Service name → names of the sites that were in its answers.</param>
internal sealed record StoredState(ulong Incarnation, DateTimeOffset SavedAt, ImmutableSortedDictionary<string, ImmutableArray<string>> LastGood)
{
    public static readonly StoredState Nothing = new(0, default, ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty);

    /// <summary>Names of the services that this site holds back until the operator or their time lets them return: <c>policy.failback</c>.</summary>
    public ImmutableArray<string> Held { get; init; } = [];
}

/// <summary>
/// A small file with a checksum, written beside and moved into place, so that a power cut leaves the old or the new one. A damaged one is set
/// aside (name + <c>.damaged</c>) and the node starts without memory: that costs a moment of "not ready", never a start.
/// </summary>
internal sealed class StateStore(string folder, EventLog log)
{
    /// <summary>Stored answers older than this are not used: sites move on.</summary>
    public static readonly TimeSpan YoungEnough = TimeSpan.FromMinutes(10);

    private const string Header = "pointsman-state 1 ";

    // Far more than 1,000 services with 100 sites take; a larger file is not ours.
    private const int LargestFile = 16 * 1024 * 1024;

    // As many services as a configuration may have, and some.
    private const int MostHeld = 100_000;

    private bool complained;

    private string FileName => Path.Combine(folder, "state.json");

    /// <returns>Null when there is none, or none that can be trusted.</returns>
    public StoredState? Load()
    {
        try
        {
            if (!File.Exists(FileName)) return null;
            if (new FileInfo(FileName).Length > LargestFile) throw new InvalidDataException("larger than any state is");
            var text = File.ReadAllText(FileName);
            var newline = text.IndexOf('\n', StringComparison.Ordinal);
            if (newline < 0 || !text.StartsWith(Header, StringComparison.Ordinal)) throw new InvalidDataException("no header");
            var body = text[(newline + 1)..];
            if (text[Header.Length..newline] != Checksum(body)) throw new InvalidDataException("wrong checksum");
            var stored = JsonSerializer.Deserialize<StoredState>(body);
            return stored?.LastGood is { } sites && sites.Values.All(names => !names.IsDefault) && !stored.Held.IsDefault && stored.Held.Length <= MostHeld && !stored.Held.Contains(null!) ? stored : throw new InvalidDataException("something is missing in it");
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            log.Add("state-damaged", $"{FileName}: {error.Message}; {SetAside()}, starting without memory");
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Add("state-unreadable", $"{FileName}: {error.Message}; starting without memory");
            return null;
        }
    }

    private string SetAside()
    {
        try
        {
            File.Move(FileName, FileName + ".damaged", overwrite: true);
            return "set aside as state.json.damaged";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be set aside ({error.Message})";
        }
    }

    /// <summary>Saves; a full disk or a folder without permission is an event, once, and nothing else.</summary>
    public void Save(StoredState state)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var body = JsonSerializer.Serialize(state);
            var beside = FileName + ".new";
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes($"{Header}{Checksum(body)}\n{body}"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, FileName, overwrite: true);
            complained = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (complained) return;
            complained = true;
            log.Add("state-unsaved", $"{FileName}: {error.Message}; after a restart this node starts without memory");
        }
    }

    private static string Checksum(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
