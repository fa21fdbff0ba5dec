using System.Text;

namespace Pointsman.Node.State;

/// <summary>
/// Reads a file of this node's own over a restart. It may have become anything meanwhile: a pipe to open which waits for ever, a device without
/// end, a link to either. The start of the node must not hang on it, nor fill the memory.
/// </summary>
internal static class StateFile
{
    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">It is none of ours.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Read(string path, int mostBytes)
    {
        if (Directory.Exists(path)) throw new IOException("it is a folder");
        var file = new FileInfo(path);
        // Nothing there is no fault: so it is at the first start.
        if (!file.Exists && file.LinkTarget is null) return null;
        // A link that leads round in a circle is an IOException.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target) file = new FileInfo(target.FullName);
        if (!file.Exists) return null;
        // Pipes, sockets and devices have no length.
        if (file.Length == 0) throw new InvalidDataException("empty, or not a plain file");
        if (file.Length > mostBytes) throw new InvalidDataException("larger than any of its kind is");
        using var stream = file.OpenRead();
        var content = new byte[stream.Length];
        return Encoding.UTF8.GetString(content, 0, stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false));
    }
}
