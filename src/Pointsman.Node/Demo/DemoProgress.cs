using System.Diagnostics;
using System.Globalization;
using Pointsman.Node.Output;

namespace Pointsman.Node.Demo;

/// <summary>Progress on stderr, each line with the seconds since the start, so that nobody wonders whether it hangs.</summary>
internal sealed class DemoProgress(Printer printer)
{
    // Between two lines that only say how far it is: often enough to see movement, seldom enough to read.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly long start = Stopwatch.GetTimestamp();
    private long lastUpdate;

    public void Say(string text) =>
        printer.Note(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(start).TotalSeconds,5:0.0} s] {text}"));

    /// <summary>As <see cref="Say"/>, at most every two seconds.</summary>
    public void Update(string text)
    {
        if (lastUpdate != 0 && Stopwatch.GetElapsedTime(lastUpdate) < Pace) return;
        lastUpdate = Stopwatch.GetTimestamp();
        Say(text);
    }
}
