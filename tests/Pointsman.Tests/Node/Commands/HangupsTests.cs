using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

/// <summary>Asked by <see cref="Hangups.Ask"/>, which is what the signal does; reloads end when the test lets them.</summary>
public sealed class HangupsTests : IDisposable
{
    private readonly SemaphoreSlim _begun = new(0), _go = new(0);
    private int _running, _most, _reloads;

    public void Dispose()
    {
        _begun.Dispose();
        _go.Dispose();
    }

    private async Task ReloadAsync()
    {
        _most = Math.Max(_most, Interlocked.Increment(ref _running));
        Interlocked.Increment(ref _reloads);
        _begun.Release();
        await _go.WaitAsync();
        Interlocked.Decrement(ref _running);
    }

    [Fact]
    public async Task Those_that_come_while_one_reload_runs_get_one_more_after_it()
    {
        using var hangups = new Hangups(text => Assert.Fail(text));
        hangups.Serve(ReloadAsync);
        hangups.Ask();
        await _begun.WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++) hangups.Ask();
        _go.Release();
        await _begun.WaitAsync(TestContext.Current.CancellationToken);
        _go.Release();
        hangups.Ask();
        await _begun.WaitAsync(TestContext.Current.CancellationToken);
        _go.Release();
        Assert.Equal((1, 3), (_most, _reloads));
    }

    [Fact]
    public async Task One_that_came_before_anything_was_served_is_not_forgotten()
    {
        using var hangups = new Hangups(text => Assert.Fail(text));
        hangups.Ask();
        hangups.Serve(ReloadAsync);
        await _begun.WaitAsync(TestContext.Current.CancellationToken);
        _go.Release();
    }

    [Fact]
    public async Task A_reload_that_fails_by_a_defect_is_told_and_the_next_one_runs()
    {
        var told = new TaskCompletionSource<string>();
        using var hangups = new Hangups(told.SetResult);
        var fails = true;
        hangups.Serve(() => fails ? throw new InvalidOperationException("oops") : ReloadAsync());
        hangups.Ask();
        Assert.Contains("oops", await told.Task, StringComparison.Ordinal);
        fails = false;
        hangups.Ask();
        await _begun.WaitAsync(TestContext.Current.CancellationToken);
        _go.Release();
    }
}
