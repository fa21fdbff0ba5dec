using System.Globalization;
using System.Security;
using System.Text;

namespace Pointsman.Lab.Plots;

/// <summary>
/// Draws a chart as SVG: axes, curves, a legend, nothing else. The same chart gives the same bytes, so that a picture in the documentation can be held
/// against the code that made it. Colours follow the reader's light or dark surroundings; curves are told apart by dashes too.
/// </summary>
public static class SvgChart
{
    private const int Width = 900;
    private const int Left = 60, Right = 20, Top = 52, PlotHeight = 280, AxisHeight = 44, LegendLine = 20, LegendColumn = 205;
    private const int PlotWidth = Width - Left - Right;

    /// <summary>Colours that the colour-blind can tell apart, and that stand out on white and on black.</summary>
    private static readonly string[] colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56a0d3", "#7f7f7f", "#8c564b"];

    private static readonly string[] dashes = ["", "6 3", "2 2", "8 3 2 3"];

    public static string Draw(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var columns = (Width - Left) / LegendColumn;
        var legendLines = (chart.Curves.Length + columns - 1) / columns;
        var height = Top + PlotHeight + AxisHeight + (legendLines * LegendLine) + 8;
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" font-family="system-ui, sans-serif" font-size="12">""");
        Line(svg, $"<title>{Escape(chart.Title)}</title>");
        if (chart.Description.Length > 0) Line(svg, $"<desc>{Escape(chart.Description)}</desc>");
        svg.Append(Style);
        Line(svg, $"""<rect class="paper" width="{Width}" height="{height}"/>""");
        Line(svg, $"""<text class="ink" x="{Left}" y="18" font-size="15" font-weight="600">{Escape(chart.Title)}</text>""");
        var scale = Scale.For(chart);
        WriteValueAxis(svg, chart, scale);
        WriteTimeAxis(svg, chart);
        WriteMoments(svg, chart);
        for (var index = 0; index < chart.Curves.Length; index++) WriteCurve(svg, chart, index, scale);
        for (var index = 0; index < chart.Curves.Length; index++) WriteLegend(svg, chart.Curves[index].Name, index, columns);
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private const string Style = """
        <style>
        .paper { fill: #ffffff } .ink { fill: #24292f } .faint { fill: #57606a } .grid { stroke: #d8dee4 } .mark { stroke: #57606a; stroke-dasharray: 3 3 }
        .level { stroke: #cf222e } .word { fill: #cf222e } .curve { fill: none; stroke-width: 1.6; stroke-linejoin: round }
        @media (prefers-color-scheme: dark) {
        .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .faint { fill: #9198a1 } .grid { stroke: #30363d } .mark { stroke: #9198a1 }
        .level { stroke: #ff7b72 } .word { fill: #ff7b72 } }
        </style>

        """;

    private static void WriteValueAxis(StringBuilder svg, Chart chart, Scale scale)
    {
        for (var step = 0; step * scale.Step <= scale.Top + (scale.Step / 1000); step++)
        {
            var value = step * scale.Step;
            var y = scale.Y(value);
            Line(svg, $"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y}" y2="{y}"/><text class="faint" x="{Left - 6}" y="{y}" dy="4" text-anchor="end">{Short(value)}</text>""");
        }
        foreach (var level in chart.Levels)
        {
            var y = scale.Y(level.Value);
            Line(svg, $"""<line class="level" x1="{Left}" x2="{Width - Right}" y1="{y}" y2="{y}"/><text class="word" x="{Left + 4}" y="{y}" dy="-4">{Escape(level.Words)}</text>""");
        }
        Line(svg, $"""<text class="faint" transform="translate(14 {Top + (PlotHeight / 2)}) rotate(-90)" text-anchor="middle">{Escape(chart.ValueLabel)}</text>""");
    }

    private static void WriteTimeAxis(StringBuilder svg, Chart chart)
    {
        var minutes = chart.Seconds / 60;
        var step = Scale.NiceStep(minutes / 8);
        for (var tick = 0; tick * step <= minutes + (step / 1000); tick++)
        {
            var x = X(tick * step * 60, chart);
            Line(svg, $"""<text class="faint" x="{x}" y="{Top + PlotHeight + 18}" text-anchor="middle">{Short(tick * step)}</text>""");
        }
        Line(svg, $"""<text class="faint" x="{Left + (PlotWidth / 2)}" y="{Top + PlotHeight + 36}" text-anchor="middle">minutes</text>""");
    }

    private static void WriteMoments(StringBuilder svg, Chart chart)
    {
        var atEnd = double.NegativeInfinity;
        foreach (var moment in chart.Moments)
        {
            var x = X(moment.Seconds, chart);
            Line(svg, $"""<line class="mark" x1="{x}" x2="{x}" y1="{Top - 6}" y2="{Top + PlotHeight}"/>""");
            // Words that would lie over those before are left out: the line stays.
            var at = Left + (PlotWidth * moment.Seconds / chart.Seconds);
            if (at < atEnd) continue;
            atEnd = at + (6.5 * moment.Words.Length) + 8;
            var isFar = atEnd > Width;
            Line(svg, $"""<text class="faint" x="{x}" y="{Top - 10}" text-anchor="{(isFar ? "end" : "start")}">{Escape(moment.Words)}</text>""");
        }
    }

    private static void WriteCurve(StringBuilder svg, Chart chart, int index, Scale scale)
    {
        var path = new StringBuilder();
        foreach (var (seconds, value) in chart.Curves[index].Points)
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{X(seconds, chart)} {scale.Y(value)}");
        if (path.Length > 0) Line(svg, $"""<path class="curve" stroke="{ColourOf(index)}"{DashOf(index)} d="{path}"/>""");
    }

    private static void WriteLegend(StringBuilder svg, string name, int index, int columns)
    {
        var x = Left + (index % columns * LegendColumn);
        var y = Top + PlotHeight + AxisHeight + (index / columns * LegendLine) + 8;
        Line(svg, $"""<line class="curve" stroke="{ColourOf(index)}"{DashOf(index)} x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}"/><text class="ink" x="{x + 32}" y="{y}" dy="4">{Escape(name)}</text>""");
    }

    private static string ColourOf(int index) => colours[index % colours.Length];

    private static string DashOf(int index) => index < colours.Length ? "" : $" stroke-dasharray=\"{dashes[index / colours.Length % dashes.Length]}\"";

    private static string X(double seconds, Chart chart) => Short(Left + (PlotWidth * seconds / chart.Seconds));

    private static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');

    /// <summary>From values to heights.</summary>
    private readonly record struct Scale(double Top, double Step)
    {
        private const int Steps = 6;

        public static Scale For(Chart chart)
        {
            var most = chart.Curves.SelectMany(curve => curve.Points).Select(point => point.Value).Append(chart.LeastTop).Max();
            var step = NiceStep((most <= 0 ? 1 : most) / Steps);
            return new Scale(Math.Ceiling((most <= 0 ? 1 : most) / step) * step, step);
        }

        public string Y(double value) => Short(SvgChart.Top + (PlotHeight * (1 - (Math.Clamp(value, 0, Top) / Top))));

        /// <summary>1, 2 or 5 times a power of ten, at least so much.</summary>
        public static double NiceStep(double least)
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
            foreach (var factor in new double[] { 1, 2, 5 })
            {
                if (factor * power >= least - (power / 1e6)) return factor * power;
            }
            return 10 * power;
        }
    }
}
