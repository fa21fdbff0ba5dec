using Pointsman.Wan.Cluster;
using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>One laboratory for all faults, begun at the first and begun anew after one that broke it.</summary>
public sealed class LaboratoryFixture : IAsyncLifetime
{
    private Laboratory? laboratory;

    public async Task<Laboratory> GetAsync()
    {
        try
        {
            return laboratory ??= await Laboratory.StartAsync(ProgramUnderTest.File, new LaboratorySettings { Patience = TimeSpan.FromSeconds(2) });
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
