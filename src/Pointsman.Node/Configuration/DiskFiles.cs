namespace Pointsman.Node.Configuration;

/// <summary>The files of this machine.</summary>
internal sealed class DiskFiles : IFileSource
{
    public static readonly DiskFiles Instance = new();

    public FileRead Read(string path, long maxBytes)
    {
        try
        {
            if (Directory.Exists(path)) return FileRead.Failed("is a folder, not a file");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // A pipe or a device has no length to trust: read at most one byte more than allowed.
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > maxBytes) return FileRead.Failed(FormattableString.Invariant($"is larger than {maxBytes} bytes"));
            }
            return FileRead.Of(content.ToArray());
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
