using System.Globalization;
using System.Text;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Lab.Load;

/// <summary>
/// Where the simulated users are. Each region has one /16 of its own, and the places say of it what the scenario says of the region; so the
/// decision finds a user's place as it always does, by address, and needs no database that knows the real ones.
/// </summary>
internal static class Addresses
{
    // The block of carriers' address sharing: nobody's users are seen from there. 100.64.0.0/10 has room for 64 regions.
    public const int MostRegions = 64;
    private const uint FirstBlock = 0x64400000;

    public static Client Of(int region, Random random) => new(false, FirstBlock + ((uint)region << 16) + (uint)random.Next(1, 0xFFFF), 32);

    public static int RegionOf(in Client client) => (int)(((uint)client.Bits - FirstBlock) >> 16);

    /// <summary>The shipped tables, with the regions' blocks as an operator's table of subscribers before them.</summary>
    public static Places PlacesOf(IReadOnlyList<Region> regions)
    {
        var csv = new StringBuilder("prefix,country,region,latitude,longitude,name\n");
        for (var index = 0; index < regions.Count; index++)
        {
            var place = regions[index].Place;
            csv.Append(CultureInfo.InvariantCulture, $"100.{64 + index}.0.0/16,{place.Country},{place.Region},{place.Latitude},{place.Longitude},{regions[index].Name.Replace(',', ' ')}\n");
        }
        var load = Places.Load([new PlaceSource("scenario", PlaceLayer.Subscribers, csv.ToString())]);
        return load.Places ?? throw new ArgumentException(string.Join('\n', load.Errors), nameof(regions));
    }
}
