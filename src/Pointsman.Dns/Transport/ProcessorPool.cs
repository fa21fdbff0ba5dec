namespace Pointsman.Dns.Transport;

/// <summary>
/// Lends the TCP workers. A connection prefers the one that its client's address names, so that a client's queries meet one cursor [S15];
/// is it busy, any other does. Taking one is a single exchange, never a lock: what it is lent for takes microseconds.
/// </summary>
internal sealed class ProcessorPool(WorkerContext[] workers)
{
    private readonly Slot[] _slots = [.. workers.Select(w => new Slot(w))];

    internal sealed class Slot(WorkerContext worker)
    {
        public WorkerContext Worker { get; } = worker;

        /// <summary>One whole answer with its length before it.</summary>
        public byte[] Reply { get; } = new byte[2 + Answering.QueryProcessor.MaxMessageBytes];
        public int Taken;
    }

    public Slot Take(int preferred)
    {
        var spin = new SpinWait();
        // Ends: a slot is held only while one query is answered.
        while (true)
        {
            for (var i = 0; i < _slots.Length; i++)
            {
                var slot = _slots[(int)((uint)(preferred + i) % (uint)_slots.Length)];
                if (Interlocked.Exchange(ref slot.Taken, 1) == 0) return slot;
            }
            spin.SpinOnce();
        }
    }

    public static void Return(Slot slot) => Volatile.Write(ref slot.Taken, 0);
}
