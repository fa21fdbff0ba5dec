using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>
/// Pure core, thin shell: sockets, HTTP, gRPC and calls into the system appear only in folders that say so by their name, and in
/// Node. What decides takes time and randomness as arguments; the banned symbols see to the clock, this test to the rest.
/// </summary>
public sealed partial class ShellTests
{
    private static readonly string[] s_shells = ["Transport", "Probes", "Layer4", "Layer7", "Kernel"];

    [Fact]
    public void Sockets_and_servers_live_in_shells()
        => SourceTree.AssertNone(
            from file in SourceTree.Under("src", ".cs")
            where !file.StartsWith("src/Pointsman.Node/", StringComparison.Ordinal) && !file.Split('/')[..^1].Intersect(s_shells, StringComparer.Ordinal).Any()
            from line in SourceTree.Lines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Shell().IsMatch(line)
            select $"{file}: {line.Trim()}",
            $"outside of {string.Join(", ", s_shells)} and Node");

    [Fact]
    public void Policy_and_model_touch_neither_files_nor_threads()
        => SourceTree.AssertNone(
            from file in SourceTree.Under("src/Pointsman.Policy", ".cs").Concat(SourceTree.Under("src/Pointsman.Model", ".cs")).Concat(SourceTree.Under("src/Pointsman.Topology", ".cs"))
            from line in SourceTree.Lines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Impure().IsMatch(line)
            select $"{file}: {line.Trim()}",
            "impure");

    [GeneratedRegex(@"\b(Socket|SocketAsyncEventArgs|TcpClient|TcpListener|UdpClient|NetworkStream|SslStream|HttpClient|HttpListener|SocketsHttpHandler|LibraryImport|DllImport)\b|\bMicrosoft\.AspNetCore\b|\busing Grpc\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shell();

    [GeneratedRegex(@"\bFile\.(Read|Write|Open|Exists)|\bnew (Thread|Timer|FileStream|Random)\(|\bTask\.(Run|Delay)\b|\bStopwatch\b|\bConsole\.|\block \(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Impure();
}
