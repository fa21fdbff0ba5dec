using System.Text;

namespace Pointsman.Fuzz.Reference;

/// <summary>
/// A name as a plain string: its wire form in lower case, one character an octet, so that <c>www.example</c> is <c>"\u0003www\u0007example\0"</c>.
/// Equal names are equal strings, and a suffix of the string is an ancestor of the name.
/// </summary>
internal static class ReferenceName
{
    public const string Root = "\0";

    public static string Parent(string name) => name.Length == 1 ? name : name[(name[0] + 1)..];

    public static int Labels(string name)
    {
        var labels = 0;
        for (; name.Length > 1; name = Parent(name)) labels++;
        return labels;
    }

    public static bool IsAtOrBelow(string name, string ancestor)
    {
        for (; ; name = Parent(name))
        {
            if (name == ancestor) return true;
            if (name.Length <= ancestor.Length) return false;
        }
    }

    public static string Child(string label, string parent) => (char)label.Length + label + parent;

    public static string Lower(string name)
    {
        var hasCapital = false;
        foreach (var octet in name) hasCapital |= octet is >= 'A' and <= 'Z';
        return hasCapital ? string.Create(name.Length, name, (target, from) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = from[i] is >= 'A' and <= 'Z' ? (char)(from[i] + 32) : from[i];
        }) : name;
    }

    /// <summary>Presentation form, everything unusual as <c>\DDD</c>.</summary>
    public static string Text(string name)
    {
        if (name.Length == 1) return ".";
        var text = new StringBuilder();
        for (; name.Length > 1; name = Parent(name))
        {
            foreach (var octet in name.AsSpan(1, name[0]))
            {
                if (char.IsAsciiLetterOrDigit(octet) || octet is '-' or '_' or '*') text.Append(octet);
                else text.Append('\\').Append(((int)octet).ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            }
            text.Append('.');
        }
        return text.ToString();
    }
}
