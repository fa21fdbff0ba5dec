namespace Pointsman.Node.Configuration;

/// <summary>Where something stands in a file: line and column from 1, and how many characters of that line it takes. Line 0 = the file as a whole.</summary>
internal readonly record struct Mark(string File, int Line, int Column, int Length = 1)
{
    public static Mark Whole(string file) => new(file, 0, 0, 0);

    /// <summary><c>FILE:LINE:COL</c>, or the file alone.</summary>
    public override string ToString() => Line == 0 ? File : FormattableString.Invariant($"{File}:{Line}:{Column}");
}
