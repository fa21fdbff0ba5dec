using Pointsman.Node.History;

namespace Pointsman.Tests.Node.History;

/// <summary>What a second costs on disk: the numbers of the page that says how far back a cluster of which size remembers.</summary>
public sealed class HistorySizeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-size-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Octets of the first snapshot, and of each later one.
    private (long Whole, long Each) Measure(int sites, int services, int seconds, Func<HistoryWorld, int, Moment> step)
    {
        var world = new HistoryWorld(sites, services);
        using var writer = new SegmentWriter(Path.Combine(folder, "1.history"), world.Moment, long.MaxValue);
        var whole = writer.Bytes;
        for (var second = 0; second < seconds; second++) writer.Append(step(world, second));
        TestContext.Current.TestOutputHelper?.WriteLine($"{sites} × {services}: {whole} octets whole, {(writer.Bytes - whole) / seconds} each second");
        return (whole, (writer.Bytes - whole) / seconds);
    }

    [Theory]
    [InlineData(6, 5, 6_000, 50)]
    [InlineData(100, 16, 3_000_000, 120)]
    public void A_second_in_which_one_probe_ends_takes_a_few_octets(int sites, int services, long mostWhole, long mostEach)
    {
        var (whole, each) = Measure(sites, services, 200, (world, _) => world.Step());
        Assert.InRange(whole, 1, mostWhole);
        Assert.InRange(each, 1, mostEach);
    }

    [Theory]
    [InlineData(6, 5, 700)]
    [InlineData(100, 16, 25_000)]
    public void A_second_in_which_a_site_sends_all_that_it_measured_anew_takes_what_is_new_in_it(int sites, int services, long mostEach) =>
        Assert.InRange(Measure(sites, services, 30, (world, second) => world.Hear((second % sites) + 1)).Each, 1, mostEach);
}
