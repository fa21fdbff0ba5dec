using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>What a server showed of itself in TLS.</summary>
/// <param name="Protocol"><c>TLS 1.3</c>.</param>
/// <param name="CertificateUntil">The end of its certificate's validity.</param>
/// <param name="Inside">The protocol agreed on (ALPN); empty = none.</param>
internal sealed record TlsFacts(string Protocol, string Inside, string CertificateSubject, DateTimeOffset CertificateUntil);

/// <summary>
/// One TLS handshake, whatever protocol is inside. Each is a whole one (a resumed session would show no certificate), nothing is fetched
/// from the network to judge a certificate (its own addresses are the server's to choose), and no renegotiation is followed. Why it fails
/// is told by what an operator can mend: the certificate's date, name or issuer before anything of the library's.
/// </summary>
internal sealed class TlsHandshake(TlsSettings settings, string serviceName, ProbeClock clock)
{
    private const int MostNamesShown = 3;

    // By the text itself: a reload brings a new text, and the old one's certificates go with it.
    private static readonly ConditionalWeakTable<string, X509Certificate2Collection> authorities = [];

    private readonly string name = settings.ServerName ?? serviceName;
    private string? problem;
    private string subject = "";
    private DateTimeOffset until;

    public TlsFacts? Facts { get; private set; }

    /// <summary>The stream to speak over, or why there is none.</summary>
    public async ValueTask<(SslStream? Stream, string? Failure)> RunAsync(Stream inner)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(), clock.Deadline);
            Facts = new TlsFacts(Name(stream.SslProtocol), Encoding.ASCII.GetString(stream.NegotiatedApplicationProtocol.Protocol.Span), subject, until);
            problem ??= TooFewDays() ?? NoneOfTheProtocols();
            if (problem is null) return (stream, null);
        }
        catch (AuthenticationException refused)
        {
            problem ??= $"TLS handshake failed: {InWords(refused)}";
        }
        catch (IOException broken) when (broken.InnerException is not SocketException)
        {
            problem ??= "closed in the TLS handshake";
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        await stream.DisposeAsync();
        return (null, problem);
    }

    private SslClientAuthenticationOptions Options()
    {
        var chain = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (settings.Authority is { } text)
        {
            chain.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.CustomTrustStore.AddRange(authorities.GetValue(text, Parse));
        }

        return new SslClientAuthenticationOptions
        {
            // RFC 6066 §3: a name is sent, an address never; the library leaves an address out.
            TargetHost = name,
            ApplicationProtocols = settings.Protocols.IsEmpty ? null : [.. settings.Protocols.Select(static protocol => new SslApplicationProtocol(protocol))],
            AllowRenegotiation = false,
            AllowTlsResume = false,
            CertificateChainPolicy = chain,
            RemoteCertificateValidationCallback = Judge,
        };
    }

    private static X509Certificate2Collection Parse(string text)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates;
    }

    private bool Judge(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
        {
            if (settings.Verify || settings.CertificateDays is not null) problem = "the server showed no certificate";
            return problem is null;
        }

        (subject, until) = (certificate.Subject, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        if (settings.Verify) problem = Fault(certificate, chain, errors);
        return problem is null;
    }

    private string? Fault(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return null;
        var found = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        if (found.HasFlag(X509ChainStatusFlags.NotTimeValid)) return Expired(certificate);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return $"the certificate is for {Names(certificate)}, not for {name}";
        var untrusted = found & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain);
        if (untrusted != X509ChainStatusFlags.NoError)
        {
            return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? $"the certificate is not trusted: signed by itself ({certificate.Subject})"
                : $"the certificate is not trusted: issued by {certificate.Issuer}";
        }

        return $"the certificate is not good: {(found == X509ChainStatusFlags.NoError ? errors : found)}";
    }

    private string Expired(X509Certificate2 certificate)
    {
        var now = clock.UtcNow;
        if (until < now) return $"the certificate expired on {Day(until)}";
        var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        return from > now ? $"the certificate is valid only from {Day(from)} on" : "a certificate of its issuers is not valid today";
    }

    private string? TooFewDays()
    {
        if (settings.CertificateDays is not { } wanted || until == default) return null;
        var left = until - clock.UtcNow;
        if (left >= TimeSpan.FromDays(wanted)) return null;
        var when = left < TimeSpan.Zero ? "expired on " : "expires on ";
        var days = left < TimeSpan.Zero ? "" : string.Create(CultureInfo.InvariantCulture, $", in {(int)left.TotalDays} days: at least {wanted} are asked for");
        return $"the certificate {when}{Day(until)}{days}";
    }

    // RFC 7301 §3.2: a server that supports none of them refuses; one that knows nothing of the extension goes on without, and says so by silence.
    private string? NoneOfTheProtocols() =>
        settings.Protocols.IsEmpty || Facts!.Inside.Length > 0 ? null : $"the server does not agree on a protocol inside TLS; offered: {string.Join(", ", settings.Protocols)}";

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(static address => address.ToString())))
            .Take(MostNamesShown + 1).ToList();
        if (names.Count == 0) return certificate.Subject;
        return string.Join(", ", names.Take(MostNamesShown)) + (names.Count > MostNamesShown ? ", …" : "");
    }

    private static string Day(DateTimeOffset when) => when.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => protocol.ToString(),
    };

    /// <summary>OpenSSL's own words are the last part of its innermost message: <c>error:0A00010B:SSL routines::wrong version number</c>.</summary>
    private static string InWords(Exception refused)
    {
        var inner = refused;
        while (inner.InnerException is { } deeper) inner = deeper;
        var text = inner.Message;
        var cut = text.LastIndexOf("::", StringComparison.Ordinal);
        return cut < 0 ? text : text[(cut + 2)..];
    }
}
