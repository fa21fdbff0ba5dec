namespace Pointsman.Fuzz;

/// <summary>
/// A stream of numbers that a seed fixes (SplitMix64). Every packet has a stream of its own, made from the campaign's seed and the packet's
/// number: one failing packet can be made again without the millions before it.
/// </summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Starts the stream of <paramref name="number"/> under <paramref name="seed"/>.</summary>
    public void Restart(ulong seed, ulong number) => _state = Mix(seed + 0x9E3779B97F4A7C15) ^ Mix(number * 0xD1342543DE82EF95);

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    public int Between(int least, int most) => least + Below(most - least + 1);
    public byte Octet() => (byte)Next();
    public bool Percent(int percent) => Below(100) < percent;
    public T From<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
