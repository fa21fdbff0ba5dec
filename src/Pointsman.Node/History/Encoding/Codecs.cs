using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pointsman.Node.History.Encoding;

/// <summary>Binds a file's shapes to the program's types.</summary>
internal sealed class Codecs
{
    private readonly ShapeTable table;
    private readonly Dictionary<(int Shape, Type? Type), Codec> made = [];

    private Codecs(ShapeTable table) => this.table = table;

    /// <exception cref="InvalidDataException">What the table describes is no <typeparamref name="T"/>.</exception>
    public static Codec Of<T>(ShapeTable table)
        where T : class
    {
        var codec = new Codecs(table).Make(table.Shapes.Length - 1, typeof(T));
        return codec is PassingCodec ? throw new InvalidDataException("the file is of something else") : codec;
    }

    private Codec Make(int number, Type? type)
    {
        if (made.TryGetValue((number, type), out var known)) return known;
        var shape = table.Shapes[number];
        var codec = type is not null && !ShapeBuilder.Fits(type, shape) ? new PassingCodec(Make(number, null)) : Bind(shape, type);
        return made[(number, type)] = codec;
    }

    private Codec Bind(Shape shape, Type? type)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Scalar: return Scalars.Make(shape.Name, type);
            case ShapeKind.Enumeration: return new Enumerations(shape, type);
            case ShapeKind.Optional: return Over(type, held => new OptionalCodec(held[0]), shape, [type is null ? null : Nullable.GetUnderlyingType(type)]);
            case ShapeKind.List: return Over(type, held => Generic(typeof(ListCodec<>), type, held), shape, [type?.GetGenericArguments()[0]]);
            case ShapeKind.Map: return Over(type, held => Generic(typeof(MapCodec<,>), type, held), shape, [type?.GetGenericArguments()[0], type?.GetGenericArguments()[1]]);
            default: return new RecordCodec(shape, type, Make);
        }
    }

    // What holds something else than the program's type holds is passed over whole.
    private Codec Over(Type? type, Func<Codec[], Codec> make, Shape shape, Type?[] of)
    {
        var held = shape.Parts.Select((part, index) => Make((int)part.Value, of[index])).ToArray();
        if (type is null || !held.Any(codec => codec is PassingCodec)) return make(held);
        return new PassingCodec(Bind(shape, null));
    }

    private static Codec Generic(Type definition, Type? type, Codec[] held)
    {
        var arguments = type?.GetGenericArguments() ?? [.. Enumerable.Repeat(typeof(object), held.Length)];
        return (Codec)Activator.CreateInstance(definition.MakeGenericType(arguments), [.. held, type is not null])!;
    }
}

/// <summary>Reads what has no place in this program's facts, and lets go of it.</summary>
internal sealed class PassingCodec(Codec over) : Codec
{
    public override bool Same(object? now, object? before) => true;
    public override void Write(ByteOutput output, object? now, object? before) => throw new InvalidOperationException("what is passed over is never written");

    public override object? Read(ByteInput input, object? before)
    {
        over.Read(input, null);
        return null;
    }
}

/// <summary>A value that may be missing.</summary>
internal sealed class OptionalCodec(Codec of) : Codec
{
    public override bool Same(object? now, object? before) => now is null || before is null ? now is null && before is null : of.Same(now, before);

    public override void Write(ByteOutput output, object? now, object? before)
    {
        output.Byte(now is null ? (byte)0 : (byte)1);
        if (now is not null) of.Write(output, now, before);
    }

    public override object? Read(ByteInput input, object? before) => input.Byte() == 0 ? null : of.Read(input, before);
}

/// <summary>A list: its length and one, then each element as a difference to the one in the same place before. 0 = undefined.</summary>
internal sealed class ListCodec<T>(Codec element, bool isBound) : Codec
{
    private const byte Kept = 0, Given = 1;

    // Ten times the observations of the largest cluster; a longer list is not ours.
    private const int MostElements = 1_000_000;

    public override bool Same(object? now, object? before)
    {
        var left = Elements(now);
        var right = Elements(before);
        if (ReferenceEquals(left, right)) return true;
        if (left is null || right is null || left.Length != right.Length) return false;
        for (var index = 0; index < left.Length; index++)
        {
            if (!element.Same(left[index], right[index])) return false;
        }

        return true;
    }

    public override void Write(ByteOutput output, object? now, object? before)
    {
        var elements = Elements(now);
        output.Number(elements is null ? 0 : (ulong)elements.Length + 1);
        if (elements is null) return;
        var old = Elements(before) ?? [];
        for (var index = 0; index < elements.Length; index++)
        {
            object? earlier = index < old.Length ? old[index] : null;
            var same = index < old.Length && element.Same(elements[index], earlier);
            output.Byte(same ? Kept : Given);
            if (!same) element.Write(output, elements[index], earlier);
        }
    }

    public override object? Read(ByteInput input, object? before)
    {
        var length = input.Number();
        if (length == 0) return isBound ? default(ImmutableArray<T>) : null;
        if (--length > (ulong)Math.Min(input.Left, MostElements)) throw new InvalidDataException("more elements than octets");
        var old = isBound ? Elements(before) ?? [] : [];
        var elements = isBound ? new T[(int)length] : null;
        for (var index = 0; index < (int)length; index++)
        {
            var mark = input.Byte();
            if (mark == Kept)
            {
                if (elements is not null) elements[index] = index < old.Length ? old[index] : throw new InvalidDataException("an element of nothing");
                continue;
            }

            var value = element.Read(input, index < old.Length ? old[index] : null);
            if (elements is not null) elements[index] = (T)value!;
        }

        return elements is null ? null : ImmutableCollectionsMarshal.AsImmutableArray(elements);
    }

    private static T[]? Elements(object? list) => list is ImmutableArray<T> array ? ImmutableCollectionsMarshal.AsArray(array) : null;
}

/// <summary>A map: the keys that are gone, then the entries that are new or changed.</summary>
internal sealed class MapCodec<TKey, TValue>(Codec key, Codec value, bool isBound) : Codec
    where TKey : notnull
{
    private const byte None = 0, Given = 1;

    public override bool Same(object? now, object? before)
    {
        if (ReferenceEquals(now, before)) return true;
        if (now is not FrozenDictionary<TKey, TValue> left || before is not FrozenDictionary<TKey, TValue> right || left.Count != right.Count) return false;
        foreach (var (name, one) in left)
        {
            if (!right.TryGetValue(name, out var other) || !value.Same(one, other)) return false;
        }

        return true;
    }

    public override void Write(ByteOutput output, object? now, object? before)
    {
        output.Byte(now is null ? None : Given);
        if (now is not FrozenDictionary<TKey, TValue> map) return;
        var old = before as FrozenDictionary<TKey, TValue> ?? FrozenDictionary<TKey, TValue>.Empty;
        var gone = old.Keys.Where(name => !map.ContainsKey(name)).ToArray();
        output.Number((ulong)gone.Length);
        foreach (var name in gone) key.Write(output, name, null);
        var news = map.Where(entry => !old.TryGetValue(entry.Key, out var earlier) || !value.Same(entry.Value, earlier)).ToArray();
        output.Number((ulong)news.Length);
        foreach (var (name, one) in news)
        {
            key.Write(output, name, null);
            value.Write(output, one, old.TryGetValue(name, out var earlier) ? earlier : null);
        }
    }

    public override object? Read(ByteInput input, object? before)
    {
        if (input.Byte() == None) return null;
        var old = before as FrozenDictionary<TKey, TValue>;
        var map = old is null ? [] : new Dictionary<TKey, TValue>(old);
        for (var left = input.Count(); left > 0; left--)
        {
            var name = key.Read(input, null);
            if (isBound) map.Remove((TKey)(name ?? throw Keyless()));
        }

        for (var left = input.Count(); left > 0; left--)
        {
            var name = key.Read(input, null);
            object? earlier = isBound && old is not null && old.TryGetValue((TKey)(name ?? throw Keyless()), out var one) ? one : null;
            var read = value.Read(input, earlier);
            if (isBound) map[(TKey)(name ?? throw Keyless())] = (TValue)read!;
        }

        return isBound ? map.ToFrozenDictionary() : null;
    }

    private static InvalidDataException Keyless() => new("an entry without a key");
}
