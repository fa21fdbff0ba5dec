using Pointsman.Wan.Cluster;
using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>One laboratory for all faults, begun at the first and begun anew after one that broke it.</summary>
public sealed class LaboratoryFixture : IAsyncLifetime
{
    // One site goes down in most trials: held down twice as long each time, as a flapping one should be, it would make every trial wait for those before it.
    private static readonly LaboratorySettings s_settings = new() { Patience = TimeSpan.FromSeconds(2), HoldDownMax = TimeSpan.FromSeconds(1) };
    private Laboratory? laboratory;

    public async Task<Laboratory> GetAsync()
    {
        try
        {
            return laboratory ??= await Laboratory.StartAsync(ProgramUnderTest.File, s_settings);
        }
        catch (WanUnavailableException why)
        {
            Assert.Skip(why.Message);
            throw;
        }
    }

    /// <summary>What a failed trial left behind teaches the next one nothing.</summary>
    public async Task DropAsync()
    {
        if (laboratory is not null) await laboratory.DisposeAsync();
        laboratory = null;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await DropAsync();
}
