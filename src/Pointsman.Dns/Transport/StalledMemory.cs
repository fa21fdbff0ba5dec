namespace Pointsman.Dns.Transport;

/// <summary>
/// How much memory clients over TCP may make us hold while we wait for them: the rest of a long query, or that they take their answers. Whoever
/// keeps up never touches it, so however much the slow ones want, they only take it from each other.
/// </summary>
internal sealed class StalledMemory(long mostBytes)
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>False when there is no more: the connection is then to be closed.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= mostBytes) return true;
        Give(bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
