using Pointsman.Model;

namespace Pointsman.Switching.Layer7;

/// <summary>What becomes of a connection that its VIP can not take.</summary>
internal enum RefusalStep
{
    /// <summary>Read its request head: what comes decides.</summary>
    Read,

    /// <summary>Ask for another site, and redirect.</summary>
    Redirect,

    /// <summary>Let it in beyond MaxConns.</summary>
    ServeOn,

    /// <summary>503 with Retry-After.</summary>
    Unavailable,

    /// <summary>TCP reset.</summary>
    Reset,
}

/// <summary>
/// <c>httpRedirect</c> and <c>redirect.drop</c> as one pure table [P6.7, P6.8, S19]. Drop says what happens to whoever has nowhere else to go:
/// <code>
///                        never                     when-nothing-has-room    always
///   HTTP, another site   redirect                  redirect                 503
///   HTTP, none           serve on, else 503        503                      503
///   not HTTP, silent     serve on, else reset      reset                    reset
/// </code>
/// With <c>httpRedirect: false</c> no other site is asked. "Serve on" needs a server that is up; its MaxConns and the VIP's are then passed over.
/// </summary>
internal static class Refusal
{
    /// <summary>When the connection is refused, before anything was read.</summary>
    public static RefusalStep First(bool httpRedirect, DropWhen drop, bool serverUp) =>
        drop is DropWhen.Never && !httpRedirect && serverUp ? RefusalStep.ServeOn : RefusalStep.Read;

    /// <summary>When a whole request head was read.</summary>
    public static RefusalStep Http(bool httpRedirect, DropWhen drop, bool serverUp, bool canRedirect) => drop switch
    {
        DropWhen.Always => RefusalStep.Unavailable,
        _ when httpRedirect && canRedirect => RefusalStep.Redirect,
        _ => NoTarget(drop, serverUp),
    };

    /// <summary>When no other site has room.</summary>
    public static RefusalStep NoTarget(DropWhen drop, bool serverUp) =>
        drop is DropWhen.Never && serverUp ? RefusalStep.ServeOn : RefusalStep.Unavailable;

    /// <summary>When it is not HTTP, or said nothing in time.</summary>
    public static RefusalStep NotHttp(DropWhen drop, bool serverUp) =>
        drop is DropWhen.Never && serverUp ? RefusalStep.ServeOn : RefusalStep.Reset;
}
