using System.Runtime.InteropServices;

namespace Pointsman.Dns.Transport;

/// <summary>
/// The replies of one batch on their way out. Sending costs the kernel far more than anything else here, and most of it is paid per message, not
/// per octet: so replies to one address and port, of one length, leave as one message that the kernel cuts into datagrams at the very
/// end (UDP_SEGMENT). Forwarders, which share few ports, gain by it; a resolver that takes a new port for each query does not.
/// <code>
///   to A 52 | to B 52 | to A 52 | to A 40 | to A 52     messages:  A 52+52+40 | B 52 | A 52
/// </code>
/// A message's last part may be shorter than the others, never longer; so each client gets its replies in the order of its queries.
/// </summary>
internal unsafe struct LinuxReplies
{
    private const int Batch = LinuxUdpBuffers.Batch;

    /// <summary>Twice the batch: two clients that meet in one slot only lose their company.</summary>
    private const int Slots = 2 * Batch;

    /// <summary>A message that is to be cut must fit into one datagram of IPv6 before it is.</summary>
    private const int MostBytes = 65_000;

    /// <summary>The kernel refuses parts that do not fit the interface: longer ones than the payload that fits every path go alone.</summary>
    private const int LongestPart = 1232;

    /// <summary>So many refusals without a success between: this kernel or interface does not cut, and asking it costs a call each time.</summary>
    private const int MostRefusals = 8;

    private const int SegmentControlBytes = 24, UdpLevel = 17, SegmentOption = 103;

    private readonly LinuxUdpBuffers _buffers;
    private readonly Part* _parts;
    private readonly Message* _messages;
    private readonly byte* _slots;
    private readonly LinuxSockets.Datagram* _datagrams;
    private readonly LinuxSockets.IoVector* _vectors;
    private int _partCount;
    private int _messageCount;
    private int _refusals;

    private struct Part
    {
        public int Query;
        public int Length;
        public int Next;
    }

    private struct Message
    {
        public int First;
        public int Last;
        public int Count;
        public int PartBytes;
        public int Bytes;
        public bool Closed;
    }

    /// <summary>Enough for the batch's messages, and once more for one that has to be sent apart.</summary>
    public static nuint Bytes => (nuint)(Slots + (Batch * (sizeof(Part) + sizeof(Message)))
        + (2 * Batch * (sizeof(LinuxSockets.Datagram) + sizeof(LinuxSockets.IoVector))));

    /// <param name="memory"><see cref="Bytes"/> octets, all zero, on a cache line.</param>
    public LinuxReplies(byte* memory, LinuxUdpBuffers buffers)
    {
        _buffers = buffers;
        _slots = memory;
        _datagrams = (LinuxSockets.Datagram*)(memory + Slots);
        _vectors = (LinuxSockets.IoVector*)(_datagrams + (2 * Batch));
        _parts = (Part*)(_vectors + (2 * Batch));
        _messages = (Message*)(_parts + Batch);
    }

    /// <summary>How many replies wait; the next one's room is <c>Reply(Count)</c> of the buffers.</summary>
    public readonly int Count => _partCount;

    /// <summary>Of the replies sent last, some left together.</summary>
    public bool HadCompany { get; private set; }

    /// <summary>Takes the reply in the next room, which answers a query of the same batch.</summary>
    public void Add(int query, int length)
    {
        var part = _partCount++;
        _parts[part] = new() { Query = query, Length = length };
        _buffers.TurnPacketInformation(query);
        if (_refusals >= MostRefusals)
        {
            Open(part, length);
            return;
        }
        ref var slot = ref _slots[Hash(_buffers.Address(query))];
        if (slot > 0 && TryJoin(ref _messages[slot - 1], part, length)) return;
        Open(part, length);
        slot = (byte)_messageCount;
    }

    private void Open(int part, int length) =>
        _messages[_messageCount++] = new() { First = part, Last = part, Count = 1, PartBytes = length, Bytes = length };

    private readonly bool TryJoin(ref Message message, int part, int length)
    {
        if (message.Closed || length > message.PartBytes || message.PartBytes > LongestPart || message.Bytes + length > MostBytes) return false;
        if (!IsSameWay(_parts[message.First].Query, _parts[part].Query)) return false;
        _parts[message.Last].Next = part;
        message.Last = part;
        message.Count++;
        message.Bytes += length;
        message.Closed = length < message.PartBytes;
        return true;
    }

    private static int Hash(byte* address)
    {
        var key = *(ulong*)address;
        if (*(ushort*)address != LinuxSockets.IPv4Family) key ^= *(ulong*)(address + 8) ^ *(ulong*)(address + 16);
        return (int)((key * 0x9E3779B97F4A7C15) >> (64 - 7));
    }

    /// <summary>From the same client's address and port, to the same address of ours.</summary>
    private readonly bool IsSameWay(int left, int right)
    {
        ref var a = ref _buffers.Received[left].Header;
        ref var b = ref _buffers.Received[right].Header;
        return new ReadOnlySpan<byte>(a.Name, (int)a.NameLength).SequenceEqual(new ReadOnlySpan<byte>(b.Name, (int)b.NameLength))
            && new ReadOnlySpan<byte>(a.Control, (int)a.ControlLength).SequenceEqual(new ReadOnlySpan<byte>(b.Control, (int)b.ControlLength));
    }

    /// <summary>Sends all and is empty again. Gives the number of replies that the system did not take.</summary>
    /// <param name="stopping">Read when a signal interrupts: the rest is then given up.</param>
    public int Send(int socket, ref readonly bool stopping)
    {
        var vector = _vectors;
        for (var i = 0; i < _messageCount; i++) Prepare(_datagrams + i, _messages[i], ref vector);
        var failed = 0;
        // Ends: each turn sends or gives up at least one message, or was interrupted by a signal.
        for (var sent = 0; sent < _messageCount;)
        {
            var count = LinuxSockets.Send(socket, _datagrams + sent, (uint)(_messageCount - sent), 0);
            if (count > 0)
            {
                for (; count > 0; count--)
                    if (_messages[sent++].Count > 1) _refusals = 0;
                continue;
            }
            if (Marshal.GetLastPInvokeError() == LinuxSockets.Interrupted && !Volatile.Read(in stopping)) continue;
            var message = _messages[sent++];
            failed += message.Count == 1 ? 1 : SendApart(socket, message);
        }
        new Span<byte>(_slots, Slots).Clear();
        HadCompany = _messageCount < _partCount;
        (_partCount, _messageCount) = (0, 0);
        return failed;
    }

    private readonly void Prepare(LinuxSockets.Datagram* datagram, in Message message, ref LinuxSockets.IoVector* vector)
    {
        ref var header = ref datagram->Header;
        ref var received = ref _buffers.Received[_parts[message.First].Query].Header;
        header.Name = received.Name;
        header.NameLength = received.NameLength;
        header.Control = received.ControlLength == 0 ? null : received.Control;
        header.ControlLength = received.ControlLength;
        header.Vectors = vector;
        header.VectorCount = (nuint)message.Count;
        for (int i = 0, part = message.First; i < message.Count; i++, part = _parts[part].Next)
            *vector++ = new() { Start = _buffers.Reply(part), Length = (nuint)_parts[part].Length };
        if (message.Count == 1) return;
        header.Control = _buffers.Control(_parts[message.First].Query);
        // struct cmsghdr { size_t length; int level; int type; } and the value, behind what is there already.
        var control = header.Control + header.ControlLength;
        *(ulong*)control = 16 + sizeof(ushort);
        *(int*)(control + 8) = UdpLevel;
        *(int*)(control + 12) = SegmentOption;
        *(ushort*)(control + 16) = (ushort)message.PartBytes;
        header.ControlLength += SegmentControlBytes;
    }

    /// <summary>What the kernel did not take in one piece, reply by reply.</summary>
    private int SendApart(int socket, in Message message)
    {
        _refusals++;
        var datagram = _datagrams + Batch;
        var vector = _vectors + Batch;
        for (int i = 0, part = message.First; i < message.Count; i++, part = _parts[part].Next)
            Prepare(datagram + i, new Message { First = part, Count = 1 }, ref vector);
        var failed = 0;
        for (var sent = 0; sent < message.Count;)
        {
            var count = LinuxSockets.Send(socket, datagram + sent, (uint)(message.Count - sent), 0);
            if (count > 0) sent += count;
            else
            {
                failed++;
                sent++;
            }
        }
        return failed;
    }
}
