namespace Pointsman.Node.Output;

/// <summary>"Did you mean": the known name that a misspelt one is closest to, or none when nothing is near.</summary>
internal static class NearestName
{
    // Distances grow with the product of the lengths: a name longer than this is no slip of the finger.
    private const int MaxLength = 64;

    /// <summary>The candidate within a third of the word's length (at least 1, at most 3 edits; a swap of neighbours is one); the first of equals.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > MaxLength) return null;
        var limit = Math.Clamp(word.Length / 3, 1, 3);
        string? best = null;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > MaxLength || Math.Abs(candidate.Length - word.Length) > limit) continue;
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            // Nothing in common is no slip: one letter for another.
            if (distance >= word.Length || distance > limit || (best is not null && distance == limit)) continue;
            best = candidate;
            if (distance == 0) return best;
            limit = distance;
        }
        return best;
    }

    // Optimal string alignment: insert, delete, replace, swap neighbours.
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replace, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[left.Length, right.Length];
    }
}
