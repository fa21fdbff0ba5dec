using Pointsman.Node.Output;

namespace Pointsman.Node.Demo;

/// <summary>How the tour looks: a headline a step, what was seen, the line that repeats it by hand, and whether it came out as announced.</summary>
internal sealed class TourPrinter(TextWriter output, Palette palette)
{
    private int step;
    private int failures;

    public bool AllAsAnnounced => failures == 0;
    public int Steps => step;

    public void Step(string announcement)
    {
        output.WriteLine();
        output.WriteLine(palette.Apply($"{++step}. {announcement}", Paint.Bold));
    }

    public void Say(string text) => output.WriteLine("   " + text);

    /// <summary>The command line that shows the same thing without this tour.</summary>
    public void ByHand(string command) => output.WriteLine("   " + palette.Apply("$ " + command, Paint.Dim));

    public bool Check(bool holds, string asAnnounced, string otherwise)
    {
        if (holds)
        {
            output.WriteLine($"   {palette.Apply("✓", Paint.Good)} {asAnnounced}");
            return true;
        }

        failures++;
        output.WriteLine($"   {palette.Apply("✗", Paint.Bad)} {otherwise}");
        return false;
    }
}
