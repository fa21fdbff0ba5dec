namespace Pointsman.Policy.Decisions;

/// <summary>What kind of outcome a decision is.</summary>
public enum Verdict
{
    /// <summary>With at least one site.</summary>
    Answer,

    /// <summary>Nothing acceptable is up; the sites are what <c>whenAllDown</c> says. To be marked as stale.</summary>
    Stale,

    /// <summary>Nothing is up and <c>whenAllDown</c> is <c>nodata</c>, or the service has no VIP: the name exists, without an address.</summary>
    NoData,

    /// <summary><c>useDnsRespond: false</c>: the static zone alone answers [S17].</summary>
    StaticOnly,

    /// <summary>The first probe round is not done: SERVFAIL, marked as not ready [S11].</summary>
    NotReady,

    /// <summary>A redirect only: no site that it may go to; see <see cref="Decision.AnyRoom"/> [S19].</summary>
    NoSite,
}
