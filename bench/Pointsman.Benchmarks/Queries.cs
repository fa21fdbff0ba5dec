using System.Text;

namespace Pointsman.Benchmarks;

/// <summary>Queries as resolvers send them, made once.</summary>
internal static class Queries
{
    public static byte[] Of(string name, int id) =>
        [(byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Question(name)];

    /// <summary>With an OPT record that carries a /24 as the client's subnet (RFC 7871 §6).</summary>
    public static byte[] WithSubnet(string name, int id, uint client) =>
    [
        (byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, .. Question(name),
        0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, (byte)(client >> 24), (byte)(client >> 16), (byte)(client >> 8),
    ];

    private static byte[] Question(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0, 0, 1, 0, 1];
}
