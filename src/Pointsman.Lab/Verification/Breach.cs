using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Lab.Verification;

/// <summary>What a decision must never be.</summary>
public enum BreachKind
{
    /// <summary>No site, although one is up that the client may get.</summary>
    Empty,

    /// <summary>An answer marked as stale, although a site is up that the client may get.</summary>
    Stale,

    /// <summary>A site that is down, although one is up that the client may get.</summary>
    Down,

    /// <summary>A site that a restriction forbids the client, or that the operator weighs 0.</summary>
    OutOfPolicy,

    /// <summary>A redirect to where the user has been.</summary>
    Loop,
}

/// <summary>A counter-example: one decision that breaks a rule, and all that is needed to make it again.</summary>
/// <param name="At">The site whose node decides.</param>
/// <param name="ArrivedAt">For a redirect: where the user stands; null = a DNS answer.</param>
/// <param name="Text">What is wrong, in words.</param>
/// <param name="Plan">The plan that made it, of this service alone.</param>
public sealed record Breach(BreachKind Kind, Service Service, Client Client, Circumstances Circumstances, SiteId At, SiteId? ArrivedAt, string Text, Plan Plan);
