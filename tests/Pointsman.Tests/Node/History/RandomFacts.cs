using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Node.History;

/// <summary>
/// Makes, changes and writes out facts of any type by reflection alone, field by field: what somebody adds to the model is in these tests without a
/// line here, and a field that the encoding does not carry is found.
/// </summary>
internal sealed class RandomFacts(int seed)
{
    private const int MostElements = 4;

    private readonly Random random = new(seed);

    public T Make<T>() => (T)Make(typeof(T))!;

    /// <summary>The same, but for a few parts anywhere in it.</summary>
    public T Change<T>(T value) => (T)Change(value, typeof(T))!;

    private object? Make(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } held) return random.Next(3) == 0 ? null : Make(held);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(string)) return random.Next(5) == 0 ? "" : $"text {random.Next(100)} ünïcode";
        if (type == typeof(bool)) return random.Next(2) == 1;
        if (type == typeof(byte)) return (byte)random.Next(256);
        if (type == typeof(int)) return random.Next(4) == 0 ? int.MinValue + random.Next(3) : random.Next(1000);
        if (type == typeof(long)) return random.Next(4) == 0 ? long.MaxValue - random.Next(3) : random.NextInt64(-1000, 1_000_000);
        if (type == typeof(ulong)) return random.Next(4) == 0 ? ulong.MaxValue - (ulong)random.Next(3) : (ulong)random.NextInt64(1_000_000);
        if (type == typeof(double)) return random.NextDouble() * 180;
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(random.NextInt64(-5, 1_000_000_000));
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1_000_000_000_000)).ToOffset(TimeSpan.FromHours(random.Next(3)));
        if (type == typeof(IPAddress)) return random.Next(2) == 0 ? new IPAddress(random.NextInt64(uint.MaxValue)) : new IPAddress(Octets(), random.Next(2));
        if (Is(type, typeof(ImmutableArray<>))) return Call(nameof(MakeList), type);
        if (Is(type, typeof(FrozenDictionary<,>))) return Call(nameof(MakeMap), type);
        var made = Bare(type);
        foreach (var field in FieldsOf(type)) field.SetValue(made, Make(field.FieldType));
        return made;
    }

    private object? Change(object? value, Type type)
    {
        if (random.Next(3) != 0) return value;
        if (value is null || random.Next(4) == 0) return Make(type);
        if (Is(type, typeof(ImmutableArray<>))) return Call(nameof(ChangeList), type, value);
        if (Is(type, typeof(FrozenDictionary<,>))) return Call(nameof(ChangeMap), type, value);
        if (type.Namespace?.StartsWith(nameof(Pointsman), StringComparison.Ordinal) != true || type.IsEnum) return Make(type);
        var made = Bare(type);
        foreach (var field in FieldsOf(type)) field.SetValue(made, Change(field.GetValue(value), field.FieldType));
        return made;
    }

    private ImmutableArray<T> MakeList<T>() => [.. Enumerable.Range(0, random.Next(MostElements)).Select(_ => Make<T>())];

    private FrozenDictionary<TKey, TValue> MakeMap<TKey, TValue>()
        where TKey : notnull => Enumerable.Range(0, random.Next(MostElements)).Select(_ => (Make<TKey>(), Make<TValue>())).DistinctBy(pair => pair.Item1).ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    private ImmutableArray<T> ChangeList<T>(ImmutableArray<T> list)
    {
        var changed = list.Select(Change).ToList();
        if (changed.Count > 0 && random.Next(3) == 0) changed.RemoveAt(random.Next(changed.Count));
        if (random.Next(3) == 0) changed.Insert(random.Next(changed.Count + 1), Make<T>());
        return [.. changed];
    }

    private FrozenDictionary<TKey, TValue> ChangeMap<TKey, TValue>(FrozenDictionary<TKey, TValue> map)
        where TKey : notnull
    {
        var changed = map.ToDictionary(pair => pair.Key, pair => Change(pair.Value));
        if (changed.Count > 0 && random.Next(3) == 0) changed.Remove(changed.Keys.First());
        if (random.Next(3) == 0) changed[Make<TKey>()] = Make<TValue>();
        return changed.ToFrozenDictionary();
    }

    private byte[] Octets()
    {
        var octets = new byte[16];
        random.NextBytes(octets);
        return octets;
    }

    private object? Call(string method, Type type, params object[] arguments) =>
        typeof(RandomFacts).GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(type.GetGenericArguments()).Invoke(this, arguments);

    private static object Bare(Type type) => RuntimeHelpers.GetUninitializedObject(type);

    // A check is never kept: what is read has the default one.
    private static FieldInfo[] FieldsOf(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(field => field.FieldType != typeof(ProbeCheck))];

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    /// <summary>All that can be seen of a value, in words: equal values, equal words.</summary>
    public static string Words(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        var type = value?.GetType();
        if (value is IDictionary map)
        {
            text.Append('{').AppendJoin(' ', map.Keys.Cast<object>().Select(key => Words(key) + ":" + Words(map[key])).Order(StringComparer.Ordinal)).Append('}');
        }
        else if (value is IEnumerable list and not string)
        {
            if (Is(type!, typeof(ImmutableArray<>)) && (bool)type!.GetProperty("IsDefault")!.GetValue(value)!) text.Append("undefined");
            else text.Append('[').AppendJoin(' ', list.Cast<object>().Select(Words)).Append(']');
        }
        else if (type is null || type.Namespace?.StartsWith(nameof(Pointsman), StringComparison.Ordinal) != true || type.IsEnum)
        {
            text.Append(value is DateTimeOffset time ? time.ToString("O", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "none");
        }
        else
        {
            text.Append('(').AppendJoin(' ', FieldsOf(type).Select(field => field.Name + "=" + Words(field.GetValue(value)))).Append(')');
        }
    }
}
