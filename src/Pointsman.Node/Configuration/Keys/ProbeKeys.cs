using System.Globalization;
using Pointsman.Model;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Keys.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>A probe as written: complete once the files that its check names have been read.</summary>
internal delegate ProbeSettings WrittenProbe(ProbeFiles files);

/// <summary>
/// <c>services.*.probe</c> and <c>services.*.serverProbe</c> [S8, P4.1, P4.3]: one set of keys, two sets of defaults. At most one key of
/// <see cref="CheckKeys"/> says what is checked; without one it is TCP's open and close.
/// </summary>
internal static class ProbeKeys
{
    private static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(1);

    private static readonly Key<TimeSpan?> connect = Optional("connect", new DurationShape(shortest, longest), "Until the connection stands.", (TimeSpan?)null);
    private static readonly Key<TimeSpan?> tls = Optional("tls", new DurationShape(shortest, longest), "The TLS handshake.", (TimeSpan?)null);
    private static readonly Key<TimeSpan?> firstByte = Optional("firstByte", new DurationShape(shortest, longest), "From then to the server's first byte.", (TimeSpan?)null);

    public static readonly KeyTable TimeoutsTable = new("services.*.probe.timeouts", [connect, tls, firstByte]);

    public static readonly ProbeKeySet Sites = new("services.*.probe", new ProbeSettings());
    public static readonly ProbeKeySet Servers = new("services.*.serverProbe", new Service { Id = default, Name = "" }.ServerProbe);

    /// <summary>The keys of one kind of probe.</summary>
    public sealed class ProbeKeySet
    {
        private readonly ProbeSettings defaults;
        private readonly Key<TimeSpan?> interval;
        private readonly Key<TimeSpan?> timeout;
        private readonly Key<PhaseTimeouts> timeouts;
        private readonly Key<SourceAddresses> source;
        private readonly Key<int> iterations;
        private readonly Key<int> fall;
        private readonly Key<int> rise;
        private readonly Key<TimeSpan?> holdDown;
        private readonly Key<TimeSpan?> holdDownMax;
        private readonly Key<TimeSpan?> overloadAbove;

        public ProbeKeySet(string name, ProbeSettings defaults)
        {
            this.defaults = defaults;
            interval = Optional("interval", new DurationShape(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
                "From the start of one probe to the start of the next, ± 5 %.", defaults.Interval, Duration.Format(defaults.Interval));
            timeout = Optional("timeout", new DurationShape(shortest, longest),
                "For all iterations of one probe together; at most `interval`.", (TimeSpan?)null, $"{Duration.Format(defaults.Timeout)}, or `interval` when that is shorter");
            timeouts = Optional("timeouts", new Section<PhaseTimeouts>(TimeoutsTable, ReadTimeouts), "For the phases of each iteration, within `timeout`.", PhaseTimeouts.None);
            source = Optional("source", new SourceShape(), "The local addresses that these probes leave from, at every site alike; where sites differ, `sites.*.probeSource`.", SourceAddresses.None);
            iterations = Optional("iterations", new Whole(1, 100), "Requests in one probe; their time is measured from the first's start to the last's end.",
                defaults.Iterations, defaults.Iterations.ToString(CultureInfo.InvariantCulture));
            fall = Optional("fall", new Whole(1, 100), "Failures in a row that take it down.", defaults.Fall, defaults.Fall.ToString(CultureInfo.InvariantCulture));
            rise = Optional("rise", new Whole(1, 100), "Successes in a row that bring it back.", defaults.Rise, defaults.Rise.ToString(CultureInfo.InvariantCulture));
            holdDown = Optional("holdDown", new DurationShape(TimeSpan.Zero, TimeSpan.FromHours(1)),
                "So long it stays down at least after it went down; twice as long each time that it does so again. Without the key a first down is not held, and the second for two intervals.", (TimeSpan?)null);
            holdDownMax = Optional("holdDownMax", new DurationShape(TimeSpan.Zero, TimeSpan.FromHours(24)), "The most that doubling comes to.", defaults.HoldDownMax, Duration.Format(defaults.HoldDownMax));
            overloadAbove = Optional("overloadAbove", new DurationShape(TimeSpan.FromMilliseconds(1), longest),
                "Above this average time of a probe it counts as overloaded, until it is below four fifths of it. Less than `timeout`.", (TimeSpan?)null);
            Table = new KeyTable(name, [.. CheckKeys.All.Select(check => check.Key), interval, timeout, timeouts, source, iterations, fall, rise, holdDown, holdDownMax, overloadAbove], CheckKeys.NotYet);
        }

        public KeyTable Table { get; }

        public Shape<WrittenProbe> Shape => new Section<WrittenProbe>(Table, Read);

        /// <summary>Where the key is absent.</summary>
        public WrittenProbe Default => _ => defaults;

        private WrittenProbe Read(Fields fields)
        {
            var between = fields.Get(interval) ?? defaults.Interval;
            var within = fields.Get(timeout) ?? (between < defaults.Timeout ? between : defaults.Timeout);
            if (fields.Has(timeout) && within > between)
            {
                fields.Findings.Error(fields.MarkOf(timeout), fields.At("timeout"),
                    $"must be at most the interval ({Duration.Format(between)}), was {Duration.Format(within)}");
            }
            var settings = new ProbeSettings
            {
                Interval = between,
                Timeout = within,
                Timeouts = fields.Get(timeouts),
                Source = fields.Get(source),
                Iterations = fields.Get(iterations),
                Fall = fields.Get(fall),
                Rise = fields.Get(rise),
                HoldDown = fields.Get(holdDown),
                HoldDownMax = fields.Get(holdDownMax) ?? defaults.HoldDownMax,
                OverloadAbove = fields.Get(overloadAbove),
            };
            Check(fields, settings);
            return ReadCheck(fields) is { } check ? files => settings with { Check = check(files) } : _ => settings;
        }

        private void Check(Fields fields, ProbeSettings settings)
        {
            if (settings.HoldDown > settings.HoldDownMax)
                Complain(fields, holdDown, $"must be at most holdDownMax ({Duration.Format(settings.HoldDownMax)}), was {Duration.Format(settings.HoldDown.Value)}");
            if (settings.OverloadAbove >= settings.Timeout)
                Complain(fields, overloadAbove, $"must be less than the timeout ({Duration.Format(settings.Timeout)}), past which a probe has failed, was {Duration.Format(settings.OverloadAbove.Value)}");
        }
    }

    private static void Complain(Fields fields, Key<TimeSpan?> key, string message) => fields.Findings.Error(fields.MarkOf(key), fields.At(key.Name), message);

    private static WrittenCheck? ReadCheck(Fields fields)
    {
        string? first = null;
        WrittenCheck? read = null;
        foreach (var key in CheckKeys.All.Select(check => check.Key).Where(fields.Has))
        {
            // Read all the same: its own mistakes are told in the same run.
            var check = fields.Get(key);
            read ??= check;
            if (first is not null) fields.Findings.Error(fields.MarkOf(key), fields.At(key.Name), $"one probe makes one check, and '{first}' is given already");
            first ??= key.Name;
        }
        return read;
    }

    private static PhaseTimeouts ReadTimeouts(Fields fields) => new(fields.Get(connect), fields.Get(tls), fields.Get(firstByte));
}
