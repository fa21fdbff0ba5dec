using Pointsman.Fuzz.MasterFiles;

namespace Pointsman.Tests.Dns.Fuzzing;

public sealed class MasterFileTests
{
    private readonly FileTrial _trial = new(seed: 20261126);

    [Fact]
    public void No_file_breaks_the_reader_and_every_error_has_its_place()
    {
        for (var file = 0; file < 3_000; file++) _trial.Run(file);
        Assert.InRange(_trial.Sound, 100, 2_900);
    }

    [Fact]
    public void A_printed_zone_is_read_as_the_zone_that_it_was()
    {
        for (var zone = 0; zone < 150; zone++) _trial.RunPrinted(zone);
        Assert.True(_trial.Files >= 150);
    }
}
