using System.CommandLine;
using System.CommandLine.Parsing;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Lab.Verification;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>What is taken to be wrong in a world that a command tries, spelled alike everywhere: <c>--down</c>, <c>--full</c>, <c>--cut</c>.</summary>
/// <param name="withCut">Whether links may be cut: then sites decide differently, and the command must say whose decision it shows.</param>
internal sealed class WhatIfOptions(bool withCut = true)
{
    private readonly Option<string[]> down = new("--down")
    {
        Description = "Sites that are down, apart by commas, or SITE/ADDRESS for one of its addresses; may be given several times",
        HelpName = "SITE[,SITE]",
    };

    private readonly Option<string[]> full = new("--full")
    {
        Description = "Sites that can take no connection more, apart by commas; may be given several times",
        HelpName = "SITE[,SITE]",
    };

    private readonly Option<string[]> cut = new("--cut")
    {
        Description = "A link between two sites that is cut; may be given several times",
        HelpName = "SITE:SITE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(down);
        command.Options.Add(full);
        if (withCut) command.Options.Add(cut);
    }

    /// <summary>Whether any of them stands on the line.</summary>
    public bool IsNamed(SymbolResult result) => result.GetResult(down) is not null || result.GetResult(full) is not null || result.GetResult(cut) is not null;

    /// <summary>Null, with the reason in words, when a name is none of the configuration's.</summary>
    public Circumstances? Read(ParseResult result, Cluster cluster, out string problem)
    {
        problem = "";
        var sites = ImmutableArray.CreateBuilder<SiteId>();
        var vips = ImmutableArray.CreateBuilder<VipKey>();
        foreach (var word in Words(result.GetValue(down)))
        {
            var slash = word.IndexOf('/', StringComparison.Ordinal);
            if (FindSite(slash < 0 ? word : word[..slash], cluster, "--down", ref problem) is not { } site) return null;
            if (slash < 0)
            {
                sites.Add(site);
                continue;
            }
            var at = IPAddress.TryParse(word[(slash + 1)..], out var address) ? Failures.VipsAt(cluster, site, address) : [];
            if (at.IsEmpty)
            {
                problem = $"--down: '{word[..slash]}' has no VIP at the address '{word[(slash + 1)..]}'";
                return null;
            }
            vips.AddRange(at);
        }
        if (FindSites(Words(result.GetValue(full)), cluster, "--full", ref problem) is not { } filled) return null;
        var links = ImmutableArray.CreateBuilder<Link>();
        foreach (var word in Words(withCut ? result.GetValue(cut) : null))
        {
            if (word.Split(':') is not [var one, var other] || one == other)
            {
                problem = $"--cut must be two sites as SITE:SITE, was '{word}'";
                return null;
            }
            if (FindSite(one, cluster, "--cut", ref problem) is not { } left || FindSite(other, cluster, "--cut", ref problem) is not { } right) return null;
            links.Add(new Link(left, right));
        }
        return new Circumstances { DownSites = [.. sites.Distinct()], DownVips = vips.ToImmutable(), FullSites = filled, CutLinks = links.ToImmutable() };
    }

    /// <summary>Null, with the reason in words, when a name is none of the configuration's.</summary>
    public static ImmutableArray<SiteId>? FindSites(IEnumerable<string> names, Cluster cluster, string option, ref string problem)
    {
        var found = ImmutableArray.CreateBuilder<SiteId>();
        foreach (var name in names)
        {
            if (FindSite(name, cluster, option, ref problem) is not { } site) return null;
            found.Add(site);
        }
        return [.. found.Distinct()];
    }

    public static SiteId? FindSite(string name, Cluster cluster, string option, ref string problem)
    {
        if (cluster.FindSite(name) is { } site) return site.Id;
        problem = $"{option}: no site is named '{name}'{Nearest(name, cluster.Sites.Select(one => one.Name))}";
        return null;
    }

    public static Service? FindService(string name, Cluster cluster, string option, ref string problem)
    {
        if (cluster.FindService(name) is { } service) return service;
        problem = $"{option}: no service is named '{name}'{Nearest(name, cluster.Services.Select(one => one.Name))}";
        return null;
    }

    /// <summary>The words of all times that an option was given, apart by commas.</summary>
    public static IEnumerable<string> Words(string[]? given) =>
        (given ?? []).SelectMany(words => words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Nearest(string word, IEnumerable<string> known) => NearestName.Of(word, known) is { } near ? $"; did you mean '{near}'?" : "";
}
