namespace Pointsman.Model;

/// <summary>Every bound of operators' orders, with its reason.</summary>
public static class OverrideLimits
{
    /// <summary>Of one site's services; beside them its order as a whole. Who drains more services than that drains the site.</summary>
    public const int ServicesOfASite = 64;

    /// <summary>128 sites, each with an order or two; of 600 signed ones a frame would already be full.</summary>
    public const int Carried = 512;

    public const int WhoCharacters = 64;
    public const int WhyCharacters = 200;

    /// <summary>A certificate of RSA 4096 with a long name has some 1,500 octets; its signature 512.</summary>
    public const int CertificateBytes = 4096;
    public const int SignatureBytes = 1024;

    /// <summary>All orders in one frame: a quarter of what a frame may hold.</summary>
    public const int CarriedBytes = 256 * 1024;

    /// <summary>No order holds longer: a year is long enough to come back to it, and bounds how long what was lifted must be remembered.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    /// <summary>
    /// How far a stamp or a beginning may lie ahead of the receiver's clock, and a stamp from its beginning. A day is more than clocks differ,
    /// and no lie about it can make an order that nobody could ever follow with a larger one.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <summary>After this nothing that an order outbid can be in force any more, and it may be forgotten: the longest life, and twice the tolerance.</summary>
    public static readonly TimeSpan RememberFor = TimeSpan.FromDays(368);
}
