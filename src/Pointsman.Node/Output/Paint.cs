namespace Pointsman.Node.Output;

/// <summary>The few colours that mean something: good news, a warning, bad news, and what may be overlooked.</summary>
internal enum Paint { None, Bold, Dim, Good, Warning, Bad }

/// <summary>Wraps text in terminal colours when they are on; never changes its width on the screen.</summary>
internal readonly record struct Palette(bool Colours)
{
    public string Apply(string text, Paint paint)
    {
        if (!Colours || paint == Paint.None || text.Length == 0) return text;
        var code = paint switch
        {
            Paint.Bold => "1",
            Paint.Dim => "2",
            Paint.Good => "32",
            Paint.Warning => "33",
            _ => "31",
        };
        return $"\e[{code}m{text}\e[0m";
    }

    /// <summary>Colours only where a person looks: a terminal that is not dumb, no <c>--no-color</c>, no <c>NO_COLOR</c>.</summary>
    public static Palette Choose(bool isTerminal, bool noColorOption, Func<string, string?> environment) => new(
        isTerminal
        && !noColorOption
        && string.IsNullOrEmpty(environment("NO_COLOR"))
        && environment("TERM") != "dumb");
}
