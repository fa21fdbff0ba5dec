using System.Security.Cryptography;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The only way in which a configuration reaches files, so that the whole of loading can be tested in memory. Paths are absolute.
/// </summary>
internal interface IFileSource
{
    /// <summary>The file's bytes, or why not: it is missing, may not be read, is a folder, or holds more than <paramref name="maxBytes"/>.</summary>
    FileRead Read(string path, long maxBytes);

    /// <summary>SHA-256 of the file's bytes without keeping them; null when it cannot be told, for whatever reason: then read it.</summary>
    byte[]? Hash(string path, long maxBytes) => Read(path, maxBytes).Bytes is { } bytes ? SHA256.HashData(bytes) : null;

    /// <summary>Who may read the file; null where that cannot be told.</summary>
    UnixFileMode? Mode(string path) => null;

    /// <summary>An environment variable of the process; null when it is not set.</summary>
    string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    /// <summary>The files of a folder whose names end in <c>.yaml</c> or <c>.yml</c>, in ordinal order; none when there is no such folder.</summary>
    IReadOnlyList<string> ListYaml(string folder);
}

/// <summary>Either bytes or a reason in words, such as <c>no such file</c>.</summary>
internal readonly record struct FileRead(byte[]? Bytes, string? Problem)
{
    public static FileRead Of(byte[] bytes) => new(bytes, null);
    public static FileRead Failed(string problem) => new(null, problem);
}
