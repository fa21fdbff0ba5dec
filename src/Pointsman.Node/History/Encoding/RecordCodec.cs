using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pointsman.Node.History.Encoding;

/// <summary>
/// A record or a structure by its fields. A record has a mark before it: none, whole, or changed; a changed one then has a bit for each field, and
/// the fields whose bit is set. A structure is small and has neither: its fields follow one another.
/// </summary>
internal sealed class RecordCodec : Codec
{
    private const byte None = 0, Fresh = 1, Changed = 2;

    private static readonly MethodInfo clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private readonly Type? target;
    private readonly bool isStructure;
    private readonly (FieldInfo? Field, Codec Codec)[] fields;
    private readonly FieldInfo[] missing;
    private readonly bool hasDefaults;

    public RecordCodec(Shape shape, Type? target, Func<int, Type?, Codec> codecOf)
    {
        this.target = target;
        isStructure = shape.Kind == ShapeKind.Structure;
        var own = target is null ? [] : ShapeBuilder.FieldsOf(target);
        fields = [.. shape.Parts.Select(part =>
        {
            var field = own.FirstOrDefault(one => one.Name == part.Name).Field;
            var codec = codecOf((int)part.Value, field?.FieldType);
            return (IsPassedOver(codec) ? null : field, codec);
        })];
        hasDefaults = target?.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes) is not null;
        missing = [.. own.Select(one => one.Field).Where(field => fields.All(known => known.Field != field))];
    }

    // The file's field of that name has another shape than the program's: as if the file did not have it.
    private static bool IsPassedOver(Codec codec) => codec is PassingCodec;

    public override bool Same(object? now, object? before)
    {
        if (ReferenceEquals(now, before)) return true;
        if (now is null || before is null) return false;
        foreach (var (field, codec) in fields)
        {
            if (!codec.Same(field!.GetValue(now), field.GetValue(before))) return false;
        }

        return true;
    }

    public override void Write(ByteOutput output, object? now, object? before)
    {
        if (isStructure)
        {
            foreach (var (field, codec) in fields) codec.Write(output, field!.GetValue(now), before is null ? null : field.GetValue(before));
            return;
        }

        output.Byte(now is null ? None : before is null ? Fresh : Changed);
        if (now is null) return;
        if (before is null)
        {
            foreach (var (field, codec) in fields) codec.Write(output, field!.GetValue(now), null);
            return;
        }

        Span<byte> bits = stackalloc byte[(fields.Length + 7) / 8];
        for (var index = 0; index < fields.Length; index++)
        {
            var (field, codec) = fields[index];
            if (!codec.Same(field!.GetValue(now), field.GetValue(before))) bits[index / 8] |= (byte)(1 << (index % 8));
        }

        output.Bytes(bits);
        for (var index = 0; index < fields.Length; index++)
        {
            var (field, codec) = fields[index];
            if ((bits[index / 8] & (1 << (index % 8))) != 0) codec.Write(output, field!.GetValue(now), field.GetValue(before));
        }
    }

    public override object? Read(ByteInput input, object? before)
    {
        if (isStructure) return Fill(input, New(), before, null);
        switch (input.Byte())
        {
            case None:
                return null;
            case Fresh:
                return Fill(input, New(), null, null);
            case Changed:
                var bits = input.Bytes((fields.Length + 7) / 8).ToArray();
                if (target is not null && before is null) throw new InvalidDataException("a change of nothing");
                return Fill(input, before is null ? null : clone.Invoke(before, null), before, bits);
            default:
                throw new InvalidDataException("an unknown mark");
        }
    }

    private object? Fill(ByteInput input, object? made, object? before, byte[]? bits)
    {
        for (var index = 0; index < fields.Length; index++)
        {
            if (bits is not null && (bits[index / 8] & (1 << (index % 8))) == 0) continue;
            var (field, codec) = fields[index];
            var value = codec.Read(input, before is null || field is null ? null : field.GetValue(before));
            if (made is not null) field?.SetValue(made, value);
        }

        return made;
    }

    // With its defaults where it has them: a field that the file does not know gets its own. A list or a map is never left undefined.
    private object? New()
    {
        if (target is null) return null;
        if (hasDefaults) return Activator.CreateInstance(target, nonPublic: true);
        var made = RuntimeHelpers.GetUninitializedObject(target);
        foreach (var field in missing)
        {
            if (EmptyOf(field.FieldType) is { } empty) field.SetValue(made, empty);
        }

        return made;
    }

    private static object? EmptyOf(Type type) =>
        type == typeof(string) ? ""
        : ShapeBuilder.IsGeneric(type, typeof(ImmutableArray<>)) || ShapeBuilder.IsGeneric(type, typeof(FrozenDictionary<,>))
            ? type.GetField("Empty", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) ?? type.GetProperty("Empty", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
            : null;
}
