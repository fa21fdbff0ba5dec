using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, without quotes.</summary>
internal sealed class Whole(int min, int max) : Shape<int>
{
    public override string Words => max == int.MaxValue
        ? FormattableString.Invariant($"a whole number, {min} or more")
        : FormattableString.Invariant($"{min}–{max}");

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = min };
        if (max != int.MaxValue) schema["maximum"] = max;
        return schema;
    }

    public override bool TryRead(YamlNode node, string path, Findings findings, out int value)
    {
        value = 0;
        return node is YamlScalar { Plain: true } scalar
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max
            || Refuse(node, path, findings, out value);
    }
}

/// <summary>A whole number, 0 or more, that may be larger than a counter of things: bytes, articles.</summary>
internal sealed class WholeLong : Shape<long>
{
    public override string Words => "a whole number, 0 or more";

    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = 0 };

    public override bool TryRead(YamlNode node, string path, Findings findings, out long value)
    {
        value = 0;
        return node is YamlScalar { Plain: true } scalar && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            || Refuse(node, path, findings, out value);
    }
}

/// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, without quotes; never infinite, never not a number.</summary>
internal sealed class Number(double min, double max) : Shape<double>
{
    public override string Words => double.IsPositiveInfinity(max)
        ? FormattableString.Invariant($"a number, {min} or more")
        : FormattableString.Invariant($"a number, {min} to {max}");

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "number", ["minimum"] = min };
        if (!double.IsPositiveInfinity(max)) schema["maximum"] = max;
        return schema;
    }

    public override bool TryRead(YamlNode node, string path, Findings findings, out double value)
    {
        value = 0;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return node is YamlScalar { Plain: true } scalar
            && double.TryParse(scalar.Text, Style, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value) && value >= min && value <= max
            || Refuse(node, path, findings, out value);
    }
}

/// <summary><c>true</c> or <c>false</c>. The older YAML's yes, no, on and off are refused: half the world's readers take them as text.</summary>
internal sealed class Flag : Shape<bool>
{
    public override string Words => "true or false";
    public override JsonObject Schema() => new() { ["type"] = "boolean" };

    public override bool TryRead(YamlNode node, string path, Findings findings, out bool value)
    {
        value = node is YamlScalar { Plain: true, Text: "true" or "True" or "TRUE" };
        return value || node is YamlScalar { Plain: true, Text: "false" or "False" or "FALSE" } || Refuse(node, path, findings, out value);
    }
}

/// <summary>One of a few words. A word of <paramref name="notYet"/> is known, and refused as not available in this version.</summary>
internal sealed class Choice<T>((string Word, T Value)[] choices, string[]? notYet = null) : Shape<T>
{
    public override string Words => choices.Length switch
    {
        1 => $"'{choices[0].Word}'",
        _ => $"{string.Join(", ", choices[..^1].Select(choice => choice.Word))} or {choices[^1].Word}",
    };

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. choices.Select(choice => (JsonNode)choice.Word)]) };

    public override bool TryRead(YamlNode node, string path, Findings findings, out T value)
    {
        if (node is YamlScalar scalar)
        {
            foreach (var choice in choices)
            {
                if (choice.Word != scalar.Text) continue;
                value = choice.Value;
                return true;
            }
            if (notYet?.Contains(scalar.Text) == true)
            {
                findings.Error(node.Mark, path, $"'{scalar.Text}' is not available in this version; must be {Words}");
                value = default!;
                return false;
            }
            var nearest = Output.NearestName.Of(scalar.Text, choices.Select(choice => choice.Word));
            return Refuse(node, path, findings, out value, nearest is null || choices.Length == 1 ? null : $"did you mean '{nearest}'?");
        }
        return Refuse(node, path, findings, out value);
    }
}

/// <summary>A duration within bounds, or, where <paramref name="allowOff"/>, the word <c>off</c>, which reads as null.</summary>
internal sealed class DurationShape(TimeSpan min, TimeSpan max, bool allowOff = false) : Shape<TimeSpan?>
{
    public override string Words =>
        $"{Duration.FormatBound(min)}–{Duration.FormatBound(max)}{(allowOff ? " or off" : "")}";

    public override JsonObject Schema() => new()
    {
        ["type"] = new JsonArray("string", "integer"),
        ["pattern"] = $"^(0|([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?{(allowOff ? "|off" : "")})$",
        ["description"] = $"duration, {Words}",
        ["maximum"] = 0,
    };

    public override bool TryRead(YamlNode node, string path, Findings findings, out TimeSpan? value)
    {
        value = null;
        if (node is YamlScalar scalar)
        {
            if (allowOff && scalar is { Text: "off" }) return true;
            if (Duration.TryParse(scalar.Text, out var duration))
            {
                value = duration;
                return duration >= min && duration <= max || Refuse(node, path, findings, out value);
            }
            var hint = scalar.Text.Length > 0 && scalar.Text.All(char.IsAsciiDigit) ? $"a unit is missing: '{scalar.Text}s'?" : "write a duration such as 500ms, 5s or 1m30s";
            return Refuse(node, path, findings, out value, hint);
        }
        return Refuse(node, path, findings, out value);
    }
}

/// <summary>Text of a form, read by <paramref name="read"/>.</summary>
/// <param name="hint">What to add to the error about a text, or null.</param>
/// <param name="better">The whole error, where it can say more about a text than "must be", or null.</param>
internal sealed class Form<T>(
    string words,
    Func<string, (bool Ok, T Value)> read,
    string? pattern = null,
    Func<string, string?>? hint = null,
    Func<string, string?>? better = null) : Shape<T>
{
    public override string Words => words;

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = words };
        if (pattern is not null) schema["pattern"] = pattern;
        return schema;
    }

    public override bool TryRead(YamlNode node, string path, Findings findings, out T value)
    {
        value = default!;
        if (node is not YamlScalar scalar || scalar.IsNothing) return Refuse(node, path, findings, out value);
        (var ok, value) = read(scalar.Text);
        if (!ok && better?.Invoke(scalar.Text) is { } message)
        {
            findings.Error(node.Mark, path, message);
            return false;
        }
        return ok || Refuse(node, path, findings, out value, hint?.Invoke(scalar.Text));
    }
}
