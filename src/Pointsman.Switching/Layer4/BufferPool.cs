namespace Pointsman.Switching.Layer4;

/// <summary>
/// A worker's buffers of one size, for what could not be sent on at once. Bounded: clients that ask for much and read nothing can hold
/// so many and no more; then a session that needs one is cut, and the others go on.
/// </summary>
internal sealed class BufferPool(int bytes, int most)
{
    private readonly Stack<byte[]> _free = new();
    private int _made;

    public int Bytes { get; } = bytes;

    public bool TryRent(out byte[] buffer)
    {
        if (_free.TryPop(out buffer!)) return true;
        if (_made == most)
        {
            buffer = [];
            return false;
        }

        _made++;
        buffer = GC.AllocateUninitializedArray<byte>(Bytes, pinned: true);
        return true;
    }

    public void Return(byte[] buffer) => _free.Push(buffer);
}
