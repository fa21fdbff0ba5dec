namespace Pointsman.Policy.Decisions;

/// <summary>
/// The one hash of the decision: the finaliser of SplitMix64. Every bit of the result depends on every bit of the input; equal at every node and
/// in every version, which the framework's own hash codes are not. Not secret: a client who wants another site may look for another address.
/// </summary>
internal static class Mixing
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    public static ulong Mix(ulong value)
    {
        value += GoldenGamma;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public static ulong Of(in Client client) =>
        Mix((ulong)client.Bits ^ Mix((ulong)(client.Bits >> 64) ^ Mix(((ulong)client.PrefixLength << 1) | (client.IsIPv6 ? 1u : 0u))));
}
