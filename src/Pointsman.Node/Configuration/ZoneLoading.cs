using System.Collections.Immutable;
using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Node.Configuration.Keys;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The zones of the configuration: each master file read, its errors put in the configuration's form, and its static records held against
/// the services that are dynamic names in it.
/// </summary>
internal static class ZoneLoading
{
    // A zone of a million records takes some 50 MB.
    private const long MaxZoneBytes = 512L * 1024 * 1024;

    /// <param name="inForce">Zones whose files have not changed since are taken from it.</param>
    /// <param name="sources">What each zone was made of, as far as it may be taken again.</param>
    public static ImmutableArray<Zone> Load(
        WrittenConfiguration written, NamedFiles named, IFileSource files, Findings findings, LoadedConfiguration? inForce,
        out ImmutableDictionary<string, (ImmutableArray<ReadFile> Files, Zone Zone)> sources)
    {
        var zones = ImmutableArray.CreateBuilder<Zone>();
        var made = ImmutableDictionary.CreateBuilder<string, (ImmutableArray<ReadFile> Files, Zone Zone)>(StringComparer.Ordinal);
        foreach (var entry in written.Zones.OrderBy(zone => zone.Name, StringComparer.Ordinal))
        {
            if (entry.Value is not { } file || !DomainName.TryParse(entry.Name.Length == 0 ? "." : entry.Name, out var origin)) continue;
            var path = named.Resolve(file.Value);
            var role = $"zone {entry.Name}";
            if (inForce is not null && inForce.Sources.Zones.TryGetValue(entry.Name, out var known) && known.Files[0].Path == path
                && named.TryCoverUnchanged(known.Files))
            {
                zones.Add(known.Zone);
                made[entry.Name] = known;
                continue;
            }
            var first = files.Read(path, MaxZoneBytes);
            if (first.Bytes is null)
            {
                findings.Error(file.Mark, file.Path, $"'{file.Value}': {first.Problem} ({path})");
                continue;
            }
            var result = MasterFile.Parse(origin, first.Bytes, path);
            // $INCLUDEd files belong to the zone: the digest covers them alike [S23].
            foreach (var source in result.Files.Prepend(path).Distinct(StringComparer.Ordinal))
            {
                if ((source == path ? first : files.Read(source, MaxZoneBytes)).Bytes is not { } content) continue;
                named.Cover(role, source, content);
                if (!result.Errors.IsEmpty || !result.Warnings.IsEmpty) findings.AddSource(named.Show(source), Encoding.UTF8.GetString(content));
            }
            foreach (var error in result.Errors)
            {
                var at = error.Place.File is { } name ? new Mark(named.Show(name), error.Place.Line, error.Place.Column) : file.Mark;
                findings.Error(at, error.Place.File is null ? file.Path : "", error.Message);
            }
            foreach (var warning in result.Warnings)
                findings.Warning(warning.Place.File is { } name ? new Mark(named.Show(name), warning.Place.Line, warning.Place.Column) : file.Mark, "", warning.Message);
            if (result.Zone is not { } zone) continue;
            zones.Add(zone);
            if (result.Warnings.IsEmpty) made[entry.Name] = (named.CoveredFor([role]), zone);
        }
        sources = made.ToImmutable();
        CheckServices(written, zones, findings);
        return zones.ToImmutable();
    }

    /// <summary>A dynamic name needs its place in the zone to itself: no alias there, nothing that gives the name away above it.</summary>
    private static void CheckServices(WrittenConfiguration written, ImmutableArray<Zone>.Builder zones, Findings findings)
    {
        foreach (var service in written.Services)
        {
            if (!service.Value.UseDnsRespond || !DomainName.TryParse(service.Name, out var owner)) continue;
            // The longest origin is the zone that answers.
            if (zones.Where(zone => CrossChecks.IsWithin(service.Name, NameOf(zone))).MaxBy(zone => zone.Origin.Labels) is not { } zone) continue;
            if (zone.FindExact(owner, RrType.CNAME) is not null)
                findings.Error(service.Mark, service.Path, $"the zone {Shown(zone)} has a CNAME record at this name: a service cannot stand beside it");
            if (service.Value.Https is not null && zone.FindExact(owner, RrType.HTTPS) is not null)
                findings.Error(service.Mark, $"{service.Path}.https", $"the zone {Shown(zone)} has an HTTPS record at this name: leave out one or the other");
            foreach (var type in (RrType[])[RrType.A, RrType.AAAA])
                if (zone.FindExact(owner, type) is not null)
                    findings.Warning(service.Mark, service.Path, $"the zone {Shown(zone)} has {type} records at this name: the service answers in their place");
            var labels = service.Name.Split('.');
            for (var skipped = 0; skipped < labels.Length - zone.Origin.Labels; skipped++)
            {
                var name = string.Join('.', labels[skipped..]);
                if (!DomainName.TryParse(name, out var above)) continue;
                if (zone.FindExact(above, RrType.NS) is not null)
                    findings.Error(service.Mark, service.Path, $"the zone {Shown(zone)} delegates '{name}' to other name servers: the service would never be asked for here");
                if (skipped > 0 && zone.FindExact(above, RrType.DNAME) is not null)
                    findings.Error(service.Mark, service.Path, $"the zone {Shown(zone)} has a DNAME record at '{name}': every name below it is somewhere else");
            }
        }
    }

    private static string NameOf(Zone zone) => zone.Origin.ToString().TrimEnd('.').ToLowerInvariant();

    private static string Shown(Zone zone) => zone.Origin.Labels == 0 ? "." : NameOf(zone);
}
