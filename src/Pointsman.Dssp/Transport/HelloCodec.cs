using Pointsman.Model;
using static Pointsman.Dssp.Transport.WireValues;

namespace Pointsman.Dssp.Transport;

/// <summary>The Hello as bytes; the same in every version, so that two nodes can find out which versions they share.</summary>
internal static class HelloCodec
{
    public static Wire.Hello ToWire(Hello hello)
    {
        var wire = new Wire.Hello
        {
            VersionLowest = (uint)hello.VersionLowest,
            VersionHighest = (uint)hello.VersionHighest,
            Cluster = hello.Cluster,
            SiteName = hello.SiteName,
            Site = (uint)hello.Site.Value,
            Incarnation = hello.Incarnation,
            ConfigurationDigest = hello.ConfigurationDigest,
            ConfigurationGeneration = (ulong)Math.Max(0, hello.ConfigurationGeneration),
        };
        foreach (var one in hello.Remembers) wire.Remembers.Add(new Wire.Remembered { Site = (uint)one.Site.Value, Incarnation = one.Incarnation, Sequence = one.Sequence });
        return wire;
    }

    public static string? Fault(Wire.Hello hello)
    {
        if (hello.VersionLowest > hello.VersionHighest || hello.VersionHighest > int.MaxValue) return "impossible versions";
        if (!IsId(hello.Site)) return "an impossible site number";
        if (hello.Cluster.Length > DsspLimits.NameCharacters || hello.SiteName.Length > DsspLimits.NameCharacters) return "a name too long";
        if (!IsDigest(hello.ConfigurationDigest) || hello.ConfigurationGeneration > long.MaxValue) return "an impossible configuration digest or generation";
        if (hello.Remembers.Count > DsspLimits.Sites) return "it remembers too many sites";
        foreach (var one in hello.Remembers)
        {
            if (!IsId(one.Site)) return "an impossible site number";
        }

        return null;
    }

    public static Hello FromWire(Wire.Hello wire) => new()
    {
        VersionLowest = (int)wire.VersionLowest,
        VersionHighest = (int)wire.VersionHighest,
        Cluster = wire.Cluster,
        SiteName = wire.SiteName,
        Site = new SiteId((int)wire.Site),
        Incarnation = wire.Incarnation,
        ConfigurationDigest = wire.ConfigurationDigest,
        ConfigurationGeneration = (long)wire.ConfigurationGeneration,
        Remembers = [.. wire.Remembers.Select(one => new Remembered(new SiteId((int)one.Site), one.Incarnation, one.Sequence))],
    };
}
