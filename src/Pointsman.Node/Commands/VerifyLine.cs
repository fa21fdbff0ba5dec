using System.Net;
using Pointsman.Lab.Worlds;
using Pointsman.Model;

namespace Pointsman.Node.Commands;

/// <summary>The command that shows one decision of a configuration under given circumstances again, with its whole trace.</summary>
internal static class VerifyLine
{
    /// <param name="file">As the operator named it, or its path: shown from the folder that the program was started in.</param>
    public static string Of(string file, Cluster cluster, Service service, IPAddress client, Circumstances circumstances, SiteId? arrivedAt, SiteId? at = null)
    {
        string Name(SiteId id) => cluster.FindSite(id)?.Name ?? id.ToString();
        var words = new List<string> { "pointsman verify", Quoted(Short(file)), "--service", service.Name, "--client", client.ToString() };
        if (!circumstances.DownSites.IsEmpty) words.AddRange(["--down", string.Join(',', circumstances.DownSites.Select(Name))]);
        foreach (var vip in circumstances.DownVips.DistinctBy(vip => (vip.Site, vip.Address.Address))) words.AddRange(["--down", $"{Name(vip.Site)}/{vip.Address.Address}"]);
        if (!circumstances.FullSites.IsEmpty) words.AddRange(["--full", string.Join(',', circumstances.FullSites.Select(Name))]);
        foreach (var link in circumstances.CutLinks) words.AddRange(["--cut", $"{Name(link.One)}:{Name(link.Other)}"]);
        if (at is { } self) words.AddRange(["--as", Name(self)]);
        if (arrivedAt is { } site) words.AddRange(["--arrived-at", Name(site)]);
        return string.Join(' ', words);
    }

    private static string Short(string file)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Path.GetFullPath(file));
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }

    private static string Quoted(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '+') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
