namespace Pointsman.Node.Configuration.Shapes;

/// <summary>Makes keys, so that a table reads as a table.</summary>
internal static class Declare
{
    public static Key<T> Required<T>(string name, Shape<T> shape, string meaning) => new(name, shape, meaning, true, null, default!);

    /// <param name="fallback">What is read when the key is missing, beside the error.</param>
    public static Key<T> Required<T>(string name, Shape<T> shape, string meaning, T fallback) => new(name, shape, meaning, true, null, fallback);

    /// <param name="defaultText">The default as it would be written, or in words where it depends on something; null = none.</param>
    public static Key<T> Optional<T>(string name, Shape<T> shape, string meaning, T fallback, string? defaultText = null) =>
        new(name, shape, meaning, false, defaultText, fallback);

    /// <summary>The same shape, remembering where the value stood.</summary>
    public static Shape<Written<T>> Placed<T>(this Shape<T> shape) => new WrittenShape<T>(shape);
}
