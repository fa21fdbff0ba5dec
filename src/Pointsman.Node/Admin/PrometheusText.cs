using System.Globalization;
using System.Text;

namespace Pointsman.Node.Admin;

/// <summary>
/// Writes the Prometheus text format, version 0.0.4: a family's head once, then its samples. The numbers live in the siblings, per worker and
/// without a shared line; a metrics library would want to own them, so only the text is ours.
/// </summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder text = new();

    public PrometheusText Counter(string name, string help) => Head(name, help, "counter");

    public PrometheusText Gauge(string name, string help) => Head(name, help, "gauge");

    /// <summary>Its samples are <c>_bucket</c>, <c>_sum</c> and <c>_count</c>: see <see cref="Histogram"/>.</summary>
    public PrometheusText HistogramHead(string name, string help) => Head(name, help, "histogram");

    /// <summary>The samples of one histogram: counts not yet added up, each with its inclusive upper bound, the last one infinite.</summary>
    public PrometheusText Histogram(string name, IReadOnlyList<double> bounds, IReadOnlyList<long> counts, double sum, (string Key, string Value) label)
    {
        long below = 0;
        for (var i = 0; i < counts.Count; i++)
        {
            below += counts[i];
            Sample($"{name}_bucket", below, label, ("le", double.IsPositiveInfinity(bounds[i]) ? "+Inf" : bounds[i].ToString("R", CultureInfo.InvariantCulture)));
        }
        return Sample($"{name}_sum", sum, label).Sample($"{name}_count", below, label);
    }

    /// <summary>One sample of the family begun last.</summary>
    public PrometheusText Sample(string name, double value, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        text.Append(name);
        if (!labels.IsEmpty)
        {
            text.Append('{');
            for (var i = 0; i < labels.Length; i++)
            {
                if (i > 0) text.Append(',');
                text.Append(labels[i].Key).Append("=\"").Append(Escaped(labels[i].Value)).Append('"');
            }

            text.Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    private PrometheusText Head(string name, string help, string type)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public override string ToString() => text.ToString();
}
