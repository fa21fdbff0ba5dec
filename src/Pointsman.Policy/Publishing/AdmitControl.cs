using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// Which part of its users a loaded VIP should admit [P2.5, P3.11]. A loop with a delay: an answer takes a TTL to show, so who steers by the load alone steers too
/// much and then back. This one asks what the load would be if all were admitted (what comes now, over the part that brought it: <see cref="AdmitHistory"/>),
/// and takes the part of that which fills the target. The answer does not depend on what is admitted now: asked again before the effect shows,
/// it says the same.
/// <code>
///   wanted part = mean part of the last TTL × (load + (target − load) × k) / offered      k = 1 with short sessions, up to 4 with long ones
/// </code>
/// The part may leave that mean by a quarter of the whole upwards and to a quarter of it downwards, so in no TTL does a site pull or push more than that.
/// Rejected: a part read off the load alone (80 % → all, 100 % → none). It rests above the target, the more the more users
/// there are (AdmissionStabilityTests), and wants a word to everybody for every connection.
/// </summary>
internal static class AdmitControl
{
    /// <summary>A site that wants nobody still sees one user in a hundred: who sees none does not know what would come.</summary>
    public const int Least = VipReport.AdmitAll / 100;

    /// <summary>Upwards: this much more than the mean of the last TTL.</summary>
    public const int Rise = VipReport.AdmitAll / 4;

    /// <summary>Downwards: to the mean of the last TTL over this.</summary>
    public const int Fall = 4;

    // Long sessions hardly answer to one TTL of admission. Beyond four times the noise of the count would be all that is seen.
    private const int MostHaste = 4;

    /// <param name="mean">The part that brought the users who come now.</param>
    /// <param name="target">In connections.</param>
    public static int Wanted(in LoadEstimate load, int mean, int target, TimeSpan window)
    {
        var stay = load.Stay(window);
        var offered = load.OfferedMilli(stay, window);
        if (offered <= 0) return VipReport.AdmitAll;
        var haste = Math.Min(MostHaste * 1000, 1000 + (stay.Ticks * 1000 / window.Ticks));
        var room = load.ActiveMilli + (((target * 1000L) - load.ActiveMilli) * haste / 1000);
        var wanted = (Int128)Math.Max(mean, Least) * Math.Max(0, room) / offered;
        return (int)Int128.Clamp(wanted, Least, VipReport.AdmitAll);
    }

    /// <summary>No faster than a TTL can show.</summary>
    public static int Bounded(int wanted, int mean) => Math.Clamp(wanted, Math.Max(Least, mean / Fall), Math.Min(VipReport.AdmitAll, Math.Max(mean, Least) + Rise));
}
