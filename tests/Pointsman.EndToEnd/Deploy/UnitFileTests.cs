namespace Pointsman.EndToEnd.Deploy;

public sealed class UnitFileTests
{
    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        var unit = await File.ReadAllTextAsync(Path.Combine(ProgramUnderTest.RepositoryFolder, "deploy", "pointsman.service"));
        var folder = Directory.CreateTempSubdirectory("pointsman-unit-").FullName;
        try
        {
            // systemd insists that the program exists.
            var file = Path.Combine(folder, "pointsman.service");
            await File.WriteAllTextAsync(file, unit.Replace("/usr/bin/pointsman", ProgramUnderTest.File, StringComparison.Ordinal));
            var finished = await Peer.RunAsync("systemd-analyze", TimeSpan.FromSeconds(60), "verify", file);
            Assert.True(finished.ExitCode == 0 && finished.Error.Length == 0, finished.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
