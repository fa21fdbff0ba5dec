using System.Globalization;

namespace Pointsman.Node.History.Encoding;

/// <summary>
/// An enumeration's value, by its number in the file and its word between versions: who inserts a word in the middle changes no past. A word that
/// this program does not know (any more) makes the file unreadable rather than say another.
/// </summary>
internal sealed class Enumerations : Codec
{
    private readonly Type? target;
    private readonly Shape shape;
    private readonly bool asWritten;
    private readonly bool isFlags;

    public Enumerations(Shape shape, Type? target)
    {
        (this.shape, this.target) = (shape, target);
        if (target is null) return;
        asWritten = shape.Parts.All(part => Enum.TryParse(target, part.Name, out var value) && NumberOf(value!) == part.Value);
        isFlags = target.IsDefined(typeof(FlagsAttribute), false);
    }

    public static long NumberOf(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    public override bool Same(object? now, object? before) => Equals(now, before);

    public override void Write(ByteOutput output, object? now, object? before) => output.Signed(NumberOf(now!));

    public override object? Read(ByteInput input, object? before)
    {
        var number = input.Signed();
        if (target is null) return null;
        if (asWritten) return Enum.ToObject(target, number);
        if (!isFlags) return Enum.ToObject(target, Word(number));
        long all = 0;
        foreach (var part in shape.Parts)
        {
            if (part.Value == 0 || (number & part.Value) != part.Value) continue;
            all |= Word(part.Value);
        }

        return Enum.ToObject(target, all);
    }

    private long Word(long number)
    {
        foreach (var part in shape.Parts)
        {
            if (part.Value == number && Enum.TryParse(target!, part.Name, out var value)) return NumberOf(value!);
        }

        throw new InvalidDataException($"a {shape.Name} that this version does not know");
    }
}
