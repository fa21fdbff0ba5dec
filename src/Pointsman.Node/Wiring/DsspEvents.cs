using Microsoft.Extensions.Logging;
using Pointsman.Node.State;

namespace Pointsman.Node.Wiring;

/// <summary>What DSSP's transport logs (streams, refusals, unreachable peers) becomes events of the kind <c>dssp</c>.</summary>
internal sealed class DsspEvents(EventLog log) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one place for events, and this is it.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        log.Add("dssp", exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
