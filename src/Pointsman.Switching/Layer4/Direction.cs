namespace Pointsman.Switching.Layer4;

/// <summary>
/// One way of a session: from a source socket to a destination socket. Edge-triggered epoll tells each change once, so the flags
/// remember what was told and not yet used up. Invariant: the destination is known unwritable only while something is held for it.
/// </summary>
internal struct Direction
{
    /// <summary>What the destination did not take yet, or what came before there was a destination.</summary>
    public byte[]? Held;
    public int HeldOffset;
    public int HeldCount;

    /// <summary>The source may have something to read.</summary>
    public bool Readable;

    /// <summary>The source's end was announced, so a short read does not mean that nothing is left.</summary>
    public bool Hangup;

    /// <summary>The destination may take something.</summary>
    public bool Writable;

    /// <summary>Nothing more comes from the source (or nothing more can be sent).</summary>
    public bool Ended;

    /// <summary>The destination was told so.</summary>
    public bool Shut;

    public readonly bool IsDone => Shut;
}
