using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// Whether two records of a set are the same one: equal RDATA, where the case of names that may be compressed does not count (RFC 4343 §2).
/// By hash, so that a set of a hundred thousand records costs no more than as many small ones.
/// </summary>
internal sealed class Repetition(ZoneDraft draft) : IEqualityComparer<int>
{
    /// <summary>Marks those of one type's records that came before.</summary>
    public void Mark(ReadOnlySpan<int> records)
    {
        if (records.Length == 1) return;
        var seen = new HashSet<int>(records.Length, this);
        foreach (var record in records)
            if (!seen.Add(record)) draft.RecordAt(record).IsRepeated = true;
    }

    public bool Equals(int x, int y)
    {
        ref readonly var left = ref draft.RecordAt(x);
        ref readonly var right = ref draft.RecordAt(y);
        if (left.RdataLength != right.RdataLength) return false;
        if (draft.RdataOf(left).SequenceEqual(draft.RdataOf(right))) return true;
        return left.Names > 0 && Canonical(left).AsSpan().SequenceEqual(Canonical(right));
    }

    public int GetHashCode(int obj)
    {
        ref readonly var record = ref draft.RecordAt(obj);
        var hash = new HashCode();
        if (record.Names == 0) hash.AddBytes(draft.RdataOf(record));
        else hash.AddBytes(Canonical(record));
        return hash.ToHashCode();
    }

    private byte[] Canonical(in ZoneDraft.Record record)
    {
        var octets = draft.RdataOf(record).ToArray();
        foreach (var (position, name) in draft.NamesOf(record)) LowerCase.Copy(draft.Names[name], octets.AsSpan(position));
        return octets;
    }
}
