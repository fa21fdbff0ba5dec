using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>What the machine wants done. Values, so that the simulator and the gRPC shell carry out the same ones.</summary>
public interface IDsspEffect;

/// <summary>Send this on the peer's stream. A shell whose queue is full may drop an unsent state for a newer one, never a Hello.</summary>
public sealed record SendFrame(SiteId Peer, DsspFrame Frame) : IDsspEffect;

/// <summary>A site's newest word, this node's own included: the next snapshot's column.</summary>
public sealed record StateAccepted(SiteState State) : IDsspEffect;

/// <summary>A column that was fresh is so no longer, or its capacity, or it is gone with its site: compile a new snapshot.</summary>
public sealed record StateAged(SiteId Site) : IDsspEffect;

/// <summary>Another site's EVENT says that this VIP is down: probe it now, out of turn; it still counts as up here [P4.4].</summary>
public sealed record VipSuspected(VipKey Vip, SiteId By) : IDsspEffect;

/// <summary>End the peer's stream. Its state stays until its validity runs out: streams say nothing of health [P5.6].</summary>
public sealed record ClosePeer(SiteId Peer, CloseReason Reason, string Text) : IDsspEffect;

/// <summary>For the operator's eyes; never changes what is answered.</summary>
public sealed record AlarmChanged(AlarmKind Kind, SiteId Peer, bool Active, string Text) : IDsspEffect;

public enum CloseReason { WrongCluster, WrongSite, UnsupportedVersion, WrongOrigin, BadContent, BadFrame, TooFast, TooLarge, NoHello, SecondHello, NotConfigured, CertificateRefused, VersionsChanged, Replaced, Stopping }

public enum AlarmKind
{
    /// <summary>The peer runs another configuration than this node [S23].</summary>
    ConfigurationDiffers,

    /// <summary>The peer makes its tables of other columns than this node, and has for longer than words take.</summary>
    ColumnsDiffer,

    /// <summary>The peer makes another table of the same columns: another configuration, or a defect.</summary>
    TablesDiffer,

    /// <summary>A certificate of this node, its authority or the peer ends soon, or has ended.</summary>
    CertificateExpires,

    /// <summary>The certificate files were renewed and are no good: those before stay in use.</summary>
    CertificatesUnreadable,

    /// <summary>No protocol version in common.</summary>
    VersionUnsupported,

    /// <summary>A peer remembers an incarnation of this site that no earlier life of it can have had; not followed.</summary>
    IncarnationImplausible,
}
