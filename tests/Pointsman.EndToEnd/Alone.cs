namespace Pointsman.EndToEnd;

/// <summary>
/// For tests that take the whole machine, or whose measured times others would spoil: a class with <c>[Collection(Alone.Name)]</c> runs
/// after all others, and nothing runs beside it.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
