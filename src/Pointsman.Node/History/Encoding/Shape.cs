using System.Collections.Immutable;

namespace Pointsman.Node.History.Encoding;

/// <summary>What kinds of value there are.</summary>
internal enum ShapeKind : byte { Scalar, Enumeration, Optional, List, Map, Structure, Record }

/// <summary>
/// How one kind of value lies in a file. <c>Parts</c>: of an enumeration its words and numbers; of an optional value, a list or a map the shapes of
/// what it holds; of a structure or a record its fields, each with its shape.
/// </summary>
/// <param name="Name">Of a scalar which one; of all others for people.</param>
internal sealed record Shape(ShapeKind Kind, string Name, ImmutableArray<ShapePart> Parts);

/// <param name="Value">The number of a shape, always smaller than the own one's; of an enumeration the word's number.</param>
internal readonly record struct ShapePart(string Name, long Value);

/// <summary>
/// All shapes of one file, the smallest parts first, the whole last. Each file begins with its own, so that a program whose facts have other fields
/// reads it all the same: by name, a field that it does not know is passed over, one that the file does not know has its default.
/// </summary>
internal sealed record ShapeTable(ImmutableArray<Shape> Shapes)
{
    // The facts have some 30 shapes of at most 20 fields; a table beyond these is not ours.
    private const int MostShapes = 256;
    private const int MostParts = 256;

    public void Write(ByteOutput output)
    {
        output.Number((ulong)Shapes.Length);
        foreach (var shape in Shapes)
        {
            output.Byte((byte)shape.Kind);
            output.Text(shape.Name);
            output.Number((ulong)shape.Parts.Length);
            foreach (var part in shape.Parts)
            {
                output.Text(part.Name);
                output.Signed(part.Value);
            }
        }
    }

    public static ShapeTable Read(ByteInput input)
    {
        var shapes = ImmutableArray.CreateBuilder<Shape>();
        var count = input.Count();
        if (count is 0 or > MostShapes) throw new InvalidDataException("a table of shapes of an impossible size");
        for (var number = 0; number < count; number++)
        {
            var kind = (ShapeKind)input.Byte();
            if (!Enum.IsDefined(kind)) throw new InvalidDataException("an unknown kind of shape");
            var name = input.Text();
            var parts = ImmutableArray.CreateBuilder<ShapePart>();
            for (var left = Math.Min(input.Count(), MostParts + 1); left > 0; left--) parts.Add(new ShapePart(input.Text(), input.Signed()));
            Check(kind, parts, number);
            shapes.Add(new Shape(kind, name, parts.ToImmutable()));
        }

        return new ShapeTable(shapes.ToImmutable());
    }

    // A part refers backwards only: no shape holds itself, and reading one ends.
    private static void Check(ShapeKind kind, ImmutableArray<ShapePart>.Builder parts, int number)
    {
        var right = kind switch
        {
            ShapeKind.Scalar => parts.Count == 0,
            ShapeKind.Optional or ShapeKind.List => parts.Count == 1,
            ShapeKind.Map => parts.Count == 2,
            _ => parts.Count <= MostParts,
        };
        if (!right || (kind != ShapeKind.Enumeration && parts.Any(part => part.Value < 0 || part.Value >= number)))
            throw new InvalidDataException("a shape that cannot be");
    }
}
