namespace Pointsman.Switching.Layer4;

/// <summary>How many descriptors the process may have, and how many of them sessions may take.</summary>
internal static unsafe class DescriptorLimit
{
    // The runtime, the libraries and the listeners need some, however small the limit is.
    private const int KeptAtLeast = 128;

    /// <summary>Seven eighths of the soft limit (which the runtime has raised to the hard one); at least two, so that something is served.</summary>
    public static int Budget()
    {
        var limits = stackalloc ulong[2];
        if (!OperatingSystem.IsLinux() || LibC.GetLimit(LibC.LimitDescriptors, limits) != 0) return 2;
        var limit = (long)Math.Min(limits[0], int.MaxValue);
        return (int)Math.Max(2, limit - Math.Max(KeptAtLeast, limit / 8));
    }
}
