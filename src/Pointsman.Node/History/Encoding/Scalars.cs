using System.Net;
using System.Net.Sockets;

namespace Pointsman.Node.History.Encoding;

/// <summary>The values without parts. Whole numbers of every width share one form: a field may become wider from one version to the next.</summary>
internal static class Scalars
{
    private const string Whole = "whole", Real = "real", Flag = "flag", Text = "text", Span = "span", Time = "time", Address = "address";

    /// <summary>Null when the type is none of them.</summary>
    public static string? NameOf(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(uint) || type == typeof(byte) || type == typeof(ushort) || type == typeof(short) ? Whole
        : type == typeof(double) ? Real
        : type == typeof(bool) ? Flag
        : type == typeof(string) ? Text
        : type == typeof(TimeSpan) ? Span
        : type == typeof(DateTimeOffset) ? Time
        : type == typeof(IPAddress) ? Address
        : null;

    /// <param name="target">Null = pass over.</param>
    public static Codec Make(string name, Type? target) => name switch
    {
        Whole => new WholeCodec(target),
        Real => new ScalarCodec<double>(target, (output, value, _) => output.Bytes(BitConverter.GetBytes(value)), (input, _) => BitConverter.ToDouble(input.Bytes(sizeof(double)))),
        Flag => new ScalarCodec<bool>(target, (output, value, _) => output.Byte(value ? (byte)1 : (byte)0), (input, _) => input.Byte() != 0),
        Span => new ScalarCodec<TimeSpan>(target, (output, value, _) => output.Signed(value.Ticks), (input, _) => new TimeSpan(input.Signed())),
        // Passed over by its two numbers: without the one before it is no time.
        Time when target is null => new ScalarCodec<long>(null, static (_, _, _) => { }, static (input, _) => input.Signed() ^ input.Signed()),
        Time => new ScalarCodec<DateTimeOffset>(target, WriteTime, ReadTime),
        Text => new ScalarCodec<string>(target, WriteText, ReadText),
        Address => new ScalarCodec<IPAddress>(target, WriteAddress, ReadAddress),
        _ => throw new InvalidDataException($"a scalar '{name}' that this version does not know"),
    };

    private static void WriteTime(ByteOutput output, DateTimeOffset value, DateTimeOffset before)
    {
        output.Signed(unchecked(value.UtcTicks - before.UtcTicks));
        output.Signed(value.TotalOffsetMinutes);
    }

    private static DateTimeOffset ReadTime(ByteInput input, DateTimeOffset before)
    {
        var ticks = unchecked(before.UtcTicks + input.Signed());
        var offset = input.Signed();
        try
        {
            return new DateTimeOffset(new DateTime(ticks, DateTimeKind.Utc)).ToOffset(TimeSpan.FromMinutes(offset));
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new InvalidDataException("a time that cannot be", error);
        }
    }

    private static void WriteText(ByteOutput output, string? value, string? before)
    {
        output.Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null) output.Text(value);
    }

    private static string ReadText(ByteInput input, string? before) => input.Byte() == 0 ? null! : input.Text();

    private static void WriteAddress(ByteOutput output, IPAddress? value, IPAddress? before)
    {
        var octets = value?.GetAddressBytes() ?? [];
        output.Byte((byte)octets.Length);
        output.Bytes(octets);
        if (value is { AddressFamily: AddressFamily.InterNetworkV6 }) output.Number((ulong)value.ScopeId);
    }

    private static IPAddress ReadAddress(ByteInput input, IPAddress? before) => input.Byte() switch
    {
        0 => null!,
        4 => new IPAddress(input.Bytes(4)),
        16 => ReadIPv6(input),
        _ => throw new InvalidDataException("an address of an impossible length"),
    };

    private static IPAddress ReadIPv6(ByteInput input)
    {
        var octets = input.Bytes(16);
        return input.Number() is <= uint.MaxValue and var scope ? new IPAddress(octets, (long)scope) : throw new InvalidDataException("an address of an impossible scope");
    }
}

/// <summary>One type of value, written by <paramref name="write"/> and read by <paramref name="readFrom"/>, both of which see the value before.</summary>
internal sealed class ScalarCodec<T>(Type? target, Action<ByteOutput, T, T> write, Func<ByteInput, T, T> readFrom) : Codec
{
    // Two times may be one instant and differ in their offset.
    public override bool Same(object? now, object? before) => now is DateTimeOffset time
        ? before is DateTimeOffset other && time.EqualsExact(other)
        : Equals(now, before);

    public override void Write(ByteOutput output, object? now, object? before) => write(output, (T)now!, before is T value ? value : default!);

    public override object? Read(ByteInput input, object? before)
    {
        var read = readFrom(input, before is T value ? value : default!);
        return target is null ? null : read;
    }
}

/// <summary>A whole number, as its distance from the one before: response times, counters and instants move little.</summary>
internal sealed class WholeCodec(Type? target) : Codec
{
    public override bool Same(object? now, object? before) => Equals(now, before);

    public override void Write(ByteOutput output, object? now, object? before) => output.Signed(unchecked(Wide(now) - Wide(before)));

    public override object? Read(ByteInput input, object? before)
    {
        var value = unchecked(Wide(before) + input.Signed());
        try
        {
            return target is null ? null : checked(Narrow(value, target));
        }
        catch (OverflowException error)
        {
            throw new InvalidDataException("a number that does not fit", error);
        }
    }

    private static long Wide(object? value) => value switch
    {
        int number => number,
        long number => number,
        ulong number => unchecked((long)number),
        uint number => number,
        ushort number => number,
        short number => number,
        byte number => number,
        _ => 0,
    };

    private static object Narrow(long value, Type target) => Type.GetTypeCode(target) switch
    {
        TypeCode.Int64 => value,
        TypeCode.UInt64 => unchecked((ulong)value),
        TypeCode.Int32 => (object)checked((int)value),
        TypeCode.UInt32 => checked((uint)value),
        TypeCode.UInt16 => checked((ushort)value),
        TypeCode.Int16 => checked((short)value),
        _ => checked((byte)value),
    };
}
