using System.Buffers;
using System.Security.Cryptography;

namespace Pointsman.Node.Configuration;

/// <summary>The files of this machine.</summary>
internal sealed class DiskFiles : IFileSource
{
    public static readonly DiskFiles Instance = new();

    private const int FirstBytes = 64 * 1024;

    public FileRead Read(string path, long maxBytes)
    {
        try
        {
            if (Directory.Exists(path)) return FileRead.Failed("is a folder, not a file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // A file mostly has just the length that it says; a pipe or a device has none to trust: at most one byte more is read than allowed.
            var content = new byte[stream.CanSeek ? Math.Min(stream.Length, maxBytes) : 0];
            var length = 0;
            while (true)
            {
                // Bounded: each turn but the last adds at least one byte.
                for (int read; length < content.Length && (read = stream.Read(content.AsSpan(length))) > 0;) length += read;
                var more = stream.ReadByte();
                if (more < 0) break;
                if (length == maxBytes) return FileRead.Failed(FormattableString.Invariant($"is larger than {maxBytes} bytes"));
                Array.Resize(ref content, (int)Math.Min(maxBytes, Math.Max(FirstBytes, content.Length * 2L)));
                content[length++] = (byte)more;
            }
            if (content.Length != length) Array.Resize(ref content, length);
            return FileRead.Of(content);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileRead.Failed("no such file");
        }
        catch (UnauthorizedAccessException)
        {
            return FileRead.Failed("may not be read by this user");
        }
        catch (Exception other) when (other is IOException or ArgumentException or NotSupportedException)
        {
            return FileRead.Failed(other.Message);
        }
    }

    public byte[]? Hash(string path, long maxBytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var length = 0L;
            // Bounded: each turn adds at least one byte, also of a device that never ends.
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if ((length += read) > maxBytes) return null;
                hash.AppendData(buffer, 0, read);
            }
            return hash.GetHashAndReset();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Who reads it will say why.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public UnixFileMode? Mode(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Who reads it will say why.
            return null;
        }
    }

    public IReadOnlyList<string> ListYaml(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var files = Directory.EnumerateFiles(folder)
            .Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal))
            .ToList();
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
