using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>
/// Operators' orders over restarts: a file of their own beside the other state, because an order that was confirmed must not be lost with anything
/// else. With a checksum, written beside and moved into place; a damaged one is set aside, and the orders come again from the peers.
/// </summary>
internal sealed class OverrideStore(string folder, EventLog log) : IDisposable
{
    private const string Header = "pointsman-overrides 1 ";

    // 128 sites with 65 orders of 8 KB each would be 66 MB; nobody has a tenth of that.
    private const int LargestFile = 16 * 1024 * 1024;

    private readonly SemaphoreSlim writing = new(1, 1);
    private OverrideSet? written;
    private bool complained;

    private string FileName => Path.Combine(folder, "overrides.json");

    /// <summary>Numbers and not names, as on the wire: a site may be given another name.</summary>
    private sealed record Stored(int Site, int? Service, string Kind, string Who, string Why, long SinceMillis, long? UntilMillis, ulong Stamp, string? Certificate, string? Signature);

    public ImmutableArray<Override> Load()
    {
        try
        {
            if (StateFile.Read(FileName, LargestFile) is not { } text) return [];
            var newline = text.IndexOf('\n', StringComparison.Ordinal);
            if (newline < 0 || !text.StartsWith(Header, StringComparison.Ordinal)) throw new InvalidDataException("no header");
            var body = text[(newline + 1)..];
            if (text[Header.Length..newline] != Checksum(body)) throw new InvalidDataException("wrong checksum");
            return [.. (JsonSerializer.Deserialize<ImmutableArray<Stored>>(body) is { IsDefault: false } all ? all : throw new InvalidDataException("nothing in it")).Select(FromStored)];
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or FormatException or ArgumentException)
        {
            log.Add("state-damaged", $"{FileName}: {error.Message}; {SetAside()}: operators' orders are relearned from the other sites");
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Add("state-unreadable", $"{FileName}: {error.Message}; operators' orders are relearned from the other sites");
            return [];
        }
    }

    /// <summary>On the disk when it returns; false when it could not be written: an event, once.</summary>
    /// <param name="current">Asked when it is its turn, so that an older set is never written over a newer one.</param>
    public async Task<bool> SaveAsync(Func<OverrideSet> current)
    {
        await writing.WaitAsync();
        try
        {
            var set = current();
            if (ReferenceEquals(set, written)) return true;
            await Task.Run(() => Write(set));
            (written, complained) = (set, false);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!complained) log.Add("state-unsaved", $"{FileName}: {error.Message}; after a restart this node has to relearn operators' orders from the other sites");
            complained = true;
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    private void Write(OverrideSet set)
    {
        Directory.CreateDirectory(folder);
        var body = JsonSerializer.Serialize(set.All.Select(ToStored).ToArray());
        var beside = FileName + ".new";
        // Whatever stands there, a link or a pipe too, is not written into.
        File.Delete(beside);
        using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes($"{Header}{Checksum(body)}\n{body}"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, FileName, overwrite: true);
    }

    private string SetAside()
    {
        try
        {
            File.Move(FileName, FileName + ".damaged", overwrite: true);
            return "set aside as overrides.json.damaged";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be set aside ({error.Message})";
        }
    }

    private static Stored ToStored(Override one) => new(
        one.Key.Site.Value,
        one.Key.Service?.Value,
        one.Kind.ToString(),
        one.Who,
        one.Why,
        one.Since.ToUnixTimeMilliseconds(),
        one.Until?.ToUnixTimeMilliseconds(),
        one.Stamp,
        one.Signature is { } signed ? Convert.ToBase64String(signed.Certificate.AsSpan()) : null,
        one.Signature is { } signature ? Convert.ToBase64String(signature.Value.AsSpan()) : null);

    private static Override FromStored(Stored one) => new()
    {
        Key = new OverrideKey(new SiteId(one.Site), one.Service is { } service ? new ServiceId(service) : null),
        Kind = Enum.Parse<OverrideKind>(one.Kind),
        Who = one.Who ?? throw new FormatException("an order by nobody"),
        Why = one.Why ?? "",
        Since = DateTimeOffset.FromUnixTimeMilliseconds(one.SinceMillis),
        Until = one.UntilMillis is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
        Stamp = one.Stamp,
        Signature = one.Certificate is null ? null : new OverrideSignature([.. Convert.FromBase64String(one.Certificate)], [.. Convert.FromBase64String(one.Signature ?? "")]),
    };

    private static string Checksum(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
