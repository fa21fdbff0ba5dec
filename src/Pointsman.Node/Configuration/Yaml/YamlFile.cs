using System.Text;

namespace Pointsman.Node.Configuration.Yaml;

/// <summary>From a file's bytes to its tree: UTF-8 and nothing else, with the place of the first byte that is not.</summary>
internal static class YamlFile
{
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The root, which must be a map; null with the reason in <paramref name="findings"/>.</summary>
    public static YamlMap? Read(string file, byte[] bytes, Findings findings)
    {
        switch (ReadNode(file, bytes, findings))
        {
            case YamlMap map: return map;
            case null: return null;
            case YamlScalar { IsNothing: true }:
                findings.Error(Mark.Whole(file), "", "is empty: a configuration was expected");
                return null;
            case var other:
                findings.Error(other.Mark, "", $"must be a map of sections such as 'sites:', was {other.Seen}");
                return null;
        }
    }

    /// <summary>The root, whatever it is; null with the reason in <paramref name="findings"/>.</summary>
    public static YamlNode? ReadNode(string file, byte[] bytes, Findings findings)
    {
        string text;
        try
        {
            text = strict.GetString(WithoutMark(bytes));
        }
        catch (DecoderFallbackException bad)
        {
            findings.Error(PlaceOf(file, bytes, Math.Max(0, bad.Index)), "", "is not UTF-8 text");
            return null;
        }

        findings.AddSource(file, text);
        return YamlComposer.Compose(file, text, findings);
    }

    private static ReadOnlySpan<byte> WithoutMark(byte[] bytes) => bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;

    private static Mark PlaceOf(string file, byte[] bytes, int index)
    {
        index = Math.Min(index + (bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), bytes.Length);
        var before = bytes.AsSpan(0, index);
        var line = before.Count((byte)'\n') + 1;
        var column = index - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new Mark(file, line, column);
    }
}
