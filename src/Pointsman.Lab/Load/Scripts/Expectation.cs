namespace Pointsman.Lab.Load.Scripts;

/// <summary>What a scenario expects of its result.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Text">As written, without the word <c>expect</c>.</param>
public sealed record Expectation(int Line, string Text, Func<LoadOutcome, Verified> Check);

/// <param name="Measured">What it was, in words.</param>
public readonly record struct Verified(bool Holds, string Measured);
