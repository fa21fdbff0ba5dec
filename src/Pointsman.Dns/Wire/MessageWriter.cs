using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.Wire;

/// <summary>
/// Writes one answer in place. An RRset goes in whole or not at all (RFC 2181 §9): a set that does not fit leaves no octet behind.
/// The limit already leaves room for the OPT record, so that truncation never costs it.
/// </summary>
internal ref struct MessageWriter
{
    /// <summary>Where the question's name stands.</summary>
    public const int QuestionPlace = 12;

    private readonly Span<byte> _message;
    private readonly CompressionTable _names;
    private NameView _question;
    private bool _questionAdded;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MessageWriter(Span<byte> message, CompressionTable names, NameView question, int questionLength)
    {
        _message = message;
        _names = names;
        _names.Rewind(0);
        _question = question;
        Position = QuestionPlace + questionLength;
    }

    public int Position { get; private set; }

    /// <summary>Records written so far into the section being written.</summary>
    public int Records { get; private set; }

    /// <summary>Where the last compressible name of the last set stands: the target of a CNAME.</summary>
    public int LastNamePlace { get; private set; }

    public int StartSection()
    {
        var count = Records;
        Records = 0;
        return count;
    }

    /// <summary>Writes a whole set whose owner stands at <paramref name="ownerPlace"/>; false when it does not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(RrSet set, int ownerPlace)
    {
        if (set.NameCount == 0)
        {
            var octets = set.Octets;
            if (_message.Length - Position < octets.Length) return false;
            octets.CopyTo(_message[Position..]);
            if (ownerPlace != QuestionPlace)
                for (var start = 0; start < octets.Length; start = RrSet.EndOf(octets, start))
                    BinaryPrimitives.WriteUInt16BigEndian(_message[(Position + start)..], (ushort)(0xC000 | ownerPlace));
            Position += octets.Length;
            Records += set.Count;
            return true;
        }
        var mark = Mark();
        if (TryWriteRecords(set, ownerPlace, ownerWritten: false)) return true;
        Rewind(mark);
        return false;
    }

    /// <summary>Writes a whole set with its owner's name, which is compressed as far as it is known; false when it does not fit.</summary>
    public bool TryWriteOwned(RrSet set)
    {
        var owner = set.OwnerName;
        var place = Find(owner.View);
        if (place >= 0) return TryWrite(set, place);
        var mark = Mark();
        if (TryWriteName(owner.View, owner.Wire, out place) && place <= 0x3FFF && TryWriteRecords(set, place, ownerWritten: true)) return true;
        Rewind(mark);
        return false;
    }

    private bool TryWriteRecords(RrSet set, int ownerPlace, bool ownerWritten)
    {
        var octets = set.Octets;
        var name = 0;
        for (int start = 0, end; start < octets.Length; start = end)
        {
            end = RrSet.EndOf(octets, start);
            if ((start > 0 || !ownerWritten) && !TryWritePointer(ownerPlace)) return false;
            if (!TryWriteRecordBody(set, octets[..end], start, ref name)) return false;
        }
        Records += set.Count;
        return true;
    }

    /// <summary>Type to RDATA of the record from <paramref name="start"/> to the end of <paramref name="octets"/>, its names compressed and RDLENGTH corrected. <paramref name="name"/> is the next of the set's names.</summary>
    private bool TryWriteRecordBody(RrSet set, ReadOnlySpan<byte> octets, int start, ref int name)
    {
        if (!TryCopy(octets.Slice(start + 2, RrSet.HeaderLength - 2))) return false;
        var rdata = Position;
        var at = start + RrSet.HeaderLength;
        for (; name < set.NameCount && set.PositionOf(name) < octets.Length; name++)
        {
            var position = set.PositionOf(name);
            var target = set.NameAt(name);
            if (!TryCopy(octets[at..position]) || !TryWriteName(target.View, target.Wire, out var place)) return false;
            LastNamePlace = place;
            at = position + target.Length;
        }
        if (!TryCopy(octets[at..])) return false;
        BinaryPrimitives.WriteUInt16BigEndian(_message[(rdata - 2)..], (ushort)(Position - rdata));
        return true;
    }

    /// <summary>Writes a record that was made for this answer alone: a synthesised CNAME, a dynamic address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteHeader(int ownerPlace, RrType type, uint ttl, int rdataLength)
    {
        if (_message.Length - Position < RrSet.HeaderLength + rdataLength) return false;
        var header = _message.Slice(Position, RrSet.HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)(0xC000 | ownerPlace));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(header[6..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)rdataLength);
        Position += RrSet.HeaderLength;
        Records++;
        return true;
    }

    /// <summary>The CNAME that a DNAME makes (RFC 6672 §3.1).</summary>
    public bool TryWriteCname(int ownerPlace, uint ttl, NameView target, out int targetPlace)
    {
        var mark = Mark();
        if (TryWriteHeader(ownerPlace, RrType.CNAME, ttl, 0))
        {
            var rdata = Position;
            if (TryWriteName(target, target.Canonical, out targetPlace))
            {
                BinaryPrimitives.WriteUInt16BigEndian(_message[(rdata - 2)..], (ushort)(Position - rdata));
                return true;
            }
        }
        Rewind(mark);
        targetPlace = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryCopy(scoped ReadOnlySpan<byte> octets)
    {
        if (_message.Length - Position < octets.Length) return false;
        octets.CopyTo(_message[Position..]);
        Position += octets.Length;
        return true;
    }

    /// <summary>What <see cref="Rewind"/> goes back to.</summary>
    public readonly (int Position, int Names, int Records) Mark() => (Position, _names.Count, Records);

    public void Rewind((int Position, int Names, int Records) mark)
    {
        Position = mark.Position;
        _names.Rewind(mark.Names);
        _questionAdded &= mark.Names > 0;
        Records = mark.Records;
    }

    private bool TryWritePointer(int place)
    {
        if (_message.Length - Position < 2) return false;
        BinaryPrimitives.WriteUInt16BigEndian(_message[Position..], (ushort)(0xC000 | place));
        Position += 2;
        return true;
    }

    private int Find(NameView name)
    {
        AddQuestion();
        return _names.Find(name, 0, _message);
    }

    private bool TryWriteName(NameView name, ReadOnlySpan<byte> wire, out int place)
    {
        AddQuestion();
        place = Position;
        for (var skipped = 0; skipped < name.Labels; skipped++)
        {
            var known = _names.Find(name, skipped, _message);
            if (known < 0) continue;
            var kept = name.Offset(skipped);
            if (!TryCopy(wire[..kept]) || !TryWritePointer(known)) return false;
            for (var i = 0; i < skipped; i++) _names.Add(name.Hash(i), place + name.Offset(i));
            if (skipped == 0) place = known;
            return true;
        }
        if (!TryCopy(wire)) return false;
        for (var i = 0; i < name.Labels; i++) _names.Add(name.Hash(i), place + name.Offset(i));
        return true;
    }

    /// <summary>The question's suffixes are worth adding only when a name is written at all.</summary>
    private void AddQuestion()
    {
        if (_questionAdded) return;
        _questionAdded = true;
        for (var i = 0; i < _question.Labels; i++) _names.Add(_question.Hash(i), QuestionPlace + _question.Offset(i));
    }
}
