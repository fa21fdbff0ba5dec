using System.Globalization;
using Pointsman.Dssp.Pki;

namespace Pointsman.Node.Demo;

/// <summary>The demo's private authority and one certificate a site: what <c>pointsman pki init</c> and <c>pki issue</c> make.</summary>
internal static class DemoPki
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);

    public static void Write(string folder, DemoLayout layout)
    {
        var pki = Directory.CreateDirectory(Path.Combine(folder, "pki")).FullName;
        var now = TimeProvider.System.GetUtcNow();
        var authority = CertificateMaker.MakeAuthority("demo", now, Lifetime);
        // As `pki init` writes them: so that `pki operator` makes operators of the demo, too.
        File.WriteAllText(Path.Combine(pki, "authority.crt"), $"cluster: demo\n{authority.Certificate}");
        var secret = Path.Combine(pki, "authority.key");
        File.WriteAllText(secret, authority.Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var site in layout.Sites)
        {
            var name = DemoTable.NameOf(site);
            var made = CertificateMaker.MakeSite(authority, "demo", name, [DemoLayout.AddressOf(site)], now, Lifetime);
            File.WriteAllText(Path.Combine(pki, string.Create(CultureInfo.InvariantCulture, $"{name}.crt")), made.Certificate);
            var key = Path.Combine(pki, string.Create(CultureInfo.InvariantCulture, $"{name}.key"));
            File.WriteAllText(key, made.Key);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
