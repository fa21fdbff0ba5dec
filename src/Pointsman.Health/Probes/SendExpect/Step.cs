using System.Collections.Immutable;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>
/// One step of a conversation, as its script asks for it. A script is an iterator over steps and reads like the protocol: it holds no
/// socket and waits for nothing; what came of a step stands in <see cref="Heard"/> when it goes on. After <see cref="Fail"/> it does not.
/// </summary>
internal abstract record Step
{
    /// <summary>Sends a line, if there is one, and waits for the reply.</summary>
    /// <param name="Awaits">What is waited for, in the words of a failure or timeout. Never holds what is sent.</param>
    /// <param name="Line">Without its end; null = the server speaks unasked.</param>
    /// <param name="Expect">The statuses that are well; none = whatever comes, and also that the server closes.</param>
    internal sealed record Exchange(string Awaits, string? Line, params string[] Expect) : Step
    {
        /// <summary>Statuses that are taken as well, because the script has something to say to them; a failure does not name them.</summary>
        public ImmutableArray<string> Also { get; init; } = [];

        /// <summary>Text that the reply must contain, whatever else it says.</summary>
        public string? MustContain { get; init; }

        /// <summary>The status after which lines up to a lone dot follow.</summary>
        public string? BlockAfter { get; init; }

        /// <summary>The block is counted, not kept.</summary>
        public bool IsContent { get; init; }

        /// <summary>Part of the command before it: has no tag of its own.</summary>
        public bool Continues { get; init; }
    }

    /// <summary>TLS from here on.</summary>
    internal sealed record Secure : Step;

    /// <summary>A second connection to the same address, at another port.</summary>
    internal sealed record OpenData(int Port) : Step;

    /// <summary>Reads the second connection to its end, or as much of it as a probe reads.</summary>
    internal sealed record ReadData : Step;

    /// <summary>What was expected is not so. Ends the conversation.</summary>
    internal sealed record Fail(string Why) : Step;

    /// <summary>All is as expected; what still follows is good manners.</summary>
    internal sealed record Well(string Reply) : Step;

    /// <summary>The first line, which the server says by itself.</summary>
    public static Exchange Greeting(string? mustContain, params string[] expect) => new("the greeting", null, expect) { MustContain = mustContain };

    /// <summary>A command; its first word names it in failures, so that nothing secret may stand there.</summary>
    public static Exchange Command(string line, params string[] expect) => new($"the reply to {FirstWord(line)}", line, expect);

    /// <summary>The last command. What the server says to it, or that it closes, changes nothing.</summary>
    public static Exchange Goodbye(string line) => new($"the reply to {line}", line);

    private static string FirstWord(string line) => line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank ? line[..blank] : line;
}
