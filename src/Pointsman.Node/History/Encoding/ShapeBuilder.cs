using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Pointsman.Model.Probes;

namespace Pointsman.Node.History.Encoding;

/// <summary>
/// The shapes of the facts as this program has them, read off the types themselves: a field that somebody adds to the model is carried without a
/// line here. A type that no shape fits is refused when the first codec is made, so that a test finds it and not an operator.
/// </summary>
internal sealed class ShapeBuilder
{
    private readonly List<Shape> shapes = [];
    private readonly Dictionary<Type, int> known = [];
    private readonly HashSet<Type> open = [];

    private ShapeBuilder()
    {
    }

    /// <exception cref="NotSupportedException">A type below <paramref name="root"/> cannot be kept.</exception>
    public static ShapeTable Of(Type root)
    {
        var builder = new ShapeBuilder();
        builder.Add(root);
        return new ShapeTable([.. builder.shapes]);
    }

    /// <summary>
    /// What an instance consists of: every field, of a property the one behind it, by the property's name. What a probe says to a server is left
    /// out: no decision asks for it, and it may hold the password of a login.
    /// </summary>
    public static ImmutableArray<(string Name, FieldInfo Field)> FieldsOf(Type type) =>
    [
        .. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.FieldType != typeof(ProbeCheck))
            .Select(field => (Name: NameOf(field), field))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal),
    ];

    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? field.Name[1..end] : field.Name;

    private int Add(Type type)
    {
        if (known.TryGetValue(type, out var number)) return number;
        if (!open.Add(type)) throw new NotSupportedException($"{type} holds itself: it cannot be kept");
        var shape = Make(type);
        open.Remove(type);
        shapes.Add(shape);
        return known[type] = shapes.Count - 1;
    }

    private Shape Make(Type type)
    {
        if (Scalars.NameOf(type) is { } scalar) return new Shape(ShapeKind.Scalar, scalar, []);
        if (type.IsEnum) return new Shape(ShapeKind.Enumeration, type.Name, [.. Enum.GetNames(type).Select(word => new ShapePart(word, Enumerations.NumberOf(Enum.Parse(type, word))))]);
        if (Nullable.GetUnderlyingType(type) is { } value) return Holding(ShapeKind.Optional, type, value);
        if (IsGeneric(type, typeof(ImmutableArray<>))) return Holding(ShapeKind.List, type, type.GetGenericArguments());
        if (IsGeneric(type, typeof(FrozenDictionary<,>))) return Holding(ShapeKind.Map, type, type.GetGenericArguments());
        if (type.IsAbstract || type.IsInterface || !IsOurs(type)) throw new NotSupportedException($"{type} cannot be kept: no shape fits it");
        var parts = FieldsOf(type).Select(field => new ShapePart(field.Name, Add(field.Field.FieldType))).ToImmutableArray();
        return new Shape(type.IsValueType ? ShapeKind.Structure : ShapeKind.Record, type.Name, parts);
    }

    private Shape Holding(ShapeKind kind, Type type, params Type[] held) => new(kind, type.Name, [.. held.Select((one, index) => new ShapePart(index == 0 ? "first" : "second", Add(one)))]);

    public static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith(nameof(Pointsman), StringComparison.Ordinal) == true
        || (type.IsValueType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true);

    /// <summary>Whether a type of the program may take what a file holds in this shape.</summary>
    public static bool Fits(Type type, Shape shape) => shape.Kind switch
    {
        ShapeKind.Scalar => Scalars.NameOf(type) == shape.Name,
        ShapeKind.Enumeration => type.IsEnum,
        ShapeKind.Optional => Nullable.GetUnderlyingType(type) is not null,
        ShapeKind.List => IsGeneric(type, typeof(ImmutableArray<>)),
        ShapeKind.Map => IsGeneric(type, typeof(FrozenDictionary<,>)),
        ShapeKind.Structure => IsOurs(type) && type.IsValueType && !type.IsEnum,
        _ => IsOurs(type) && !type.IsValueType && !type.IsAbstract,
    };
}
