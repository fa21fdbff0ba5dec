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

    /// <summary>What was known of every target.</summary>
    public ImmutableArray<StoredHealth> Health { get; init; } = [];
}

/// <summary>
/// A small file with a checksum, written beside and moved into place, so that a power cut leaves the old or the new one. A damaged one is set
/// aside (name + <c>.damaged</c>) and the node starts without memory: that costs a moment of "not ready", never a start.
/// </summary>
internal sealed class StateStore(string folder, EventLog log)
{
    private const string AnyHeader = "pointsman-state ";
    private const string Header = AnyHeader + "1 ";

    // 100,000 targets at 600 octets; a larger file is not ours.
    private const int LargestFile = 64 * 1024 * 1024;

    // As many services as a configuration may have, and some.
    private const int MostHeld = 100_000;

    // Averages and ages change with every probe; so often they are written where nothing else is news.
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(1);

    // The rounds of saving, an operator's word and the end of the node may meet.
    private readonly Lock gate = new();
    private bool complained;
    private string? written;
    private DateTimeOffset writtenAt;

    private string FileName => Path.Combine(folder, "state.json");

    /// <returns>Null when there is none, or none that can be trusted.</returns>
    public StoredState? Load()
    {
        try
        {
            if (StateFile.Read(FileName, LargestFile) is not { } text) return null;
            var newline = text.IndexOf('\n', StringComparison.Ordinal);
            if (newline < 0 || !text.StartsWith(AnyHeader, StringComparison.Ordinal)) throw new InvalidDataException("no header");
            if (!text.StartsWith(Header, StringComparison.Ordinal)) throw new InvalidDataException("written by another version of this program");
            var body = text[(newline + 1)..];
            if (text[Header.Length..newline] != Checksum(body)) throw new InvalidDataException("wrong checksum");
            var stored = JsonSerializer.Deserialize<StoredState>(body);
            return stored?.LastGood is { } sites && sites.Values.All(names => !names.IsDefault) && !stored.Held.IsDefault && stored.Held.Length <= MostHeld && !stored.Held.Contains(null!) && !stored.Health.IsDefault && stored.Health.Length <= StoredTargets.Most ? stored : throw new InvalidDataException("something is missing in it");
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

    /// <summary>Saves where somebody came or went since it was written last, and once a minute.</summary>
    public void SaveNews(StoredState state)
    {
        lock (gate)
        {
            if (Essence(state) != written || state.SavedAt - writtenAt >= AtLeastEvery || state.SavedAt < writtenAt) Write(state);
        }
    }

    /// <summary>Saves; a full disk or a folder without permission is an event, once, and nothing else.</summary>
    public void Save(StoredState state)
    {
        lock (gate) Write(state);
    }

    private void Write(StoredState state)
    {
        var beside = FileName + ".new";
        try
        {
            Directory.CreateDirectory(folder);
            var body = JsonSerializer.Serialize(state);
            // Whatever stands there, a link or a pipe too, is not written into.
            File.Delete(beside);
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes($"{Header}{Checksum(body)}\n{body}"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, FileName, overwrite: true);
            complained = false;
            (written, writtenAt) = (Essence(state), state.SavedAt);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TakeAway(beside);
            if (complained) return;
            complained = true;
            log.Add("state-unsaved", $"{FileName}: {error.Message}; after a restart this node starts without memory");
        }
    }

    private static string Essence(StoredState state) => JsonSerializer.Serialize(state with
    {
        SavedAt = default,
        Health = [.. state.Health.Select(one => new StoredHealth { Service = one.Service, Site = one.Site, Vip = one.Vip, Server = one.Server, State = one.State, Downs = one.Downs })],
    });

    // On a full disk half a file helps nobody, and takes the room that the next try needs.
    private static void TakeAway(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Then it stays, and the next save writes over it.
        }
    }

    private static string Checksum(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
