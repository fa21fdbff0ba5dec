using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching.Layer4;

/// <summary>Where a connection is between accept and its end. Walked by one worker alone.</summary>
internal enum SessionStage : byte
{
    /// <summary>In the pool.</summary>
    Free,

    /// <summary>Holds a VIP slot and a server slot; waits for the server's handshake.</summary>
    Connecting,

    /// <summary>Holds both; bytes go both ways [P6.3].</summary>
    Open,

    /// <summary>Refused; its request head is read. Holds a place among the refused.</summary>
    Reading,

    /// <summary>Answered; what still comes is thrown away so that the answer is not lost to a reset. Holds that place.</summary>
    Lingering,
}

/// <summary>
/// One connection of a client, and the binding to its real server until it ends [P6.3]. Objects are reused; <see cref="Generation"/>
/// tells an event of the present user from one of the past. Idle, it costs this object and two sockets: no buffer, no timer.
/// </summary>
internal sealed class Session(int slot)
{
    public readonly int Slot = slot;
    public uint Generation;
    public SessionStage Stage;
    public int Client = -1;
    public int Server = -1;
    public ClientKey ClientAddress;
    public VipState Vip = null!;
    public Tally Tally = null!;

    /// <summary>Whose slot is held.</summary>
    public HuntServer? Bound;
    public TriedServers Tried;

    /// <summary>Client to server.</summary>
    public Direction Inward;

    /// <summary>Server to client.</summary>
    public Direction Outward;

    /// <summary>For every stage but <see cref="SessionStage.Open"/>: when patience ends.</summary>
    public long Deadline;

    /// <summary>For <see cref="SessionStage.Open"/>: when something last happened.</summary>
    public long LastActive;

    /// <summary>When persistence was last renewed.</summary>
    public long LastKept;

    /// <summary>Let in beyond MaxConns [S19].</summary>
    public bool ServedOn;

    /// <summary>A side took no more: the other direction has been told to look for its end.</summary>
    public bool Broken;

    /// <summary>Waits in the worker's list of those that have more to do.</summary>
    public bool Queued;

    /// <summary>Bytes thrown away while lingering.</summary>
    public int Discarded;

    public bool HoldsVipSlot;
    public bool HoldsRefusedPlace;

    /// <summary>Refused because there is no room, not because there is no server.</summary>
    public bool IsVipFull;
}
