using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pointsman.Dssp.Pki;

/// <summary>
/// An identity inside a certificate: one URI among the subject's alternative names, <c>pointsman://CLUSTER/SITE</c> of a site,
/// <c>pointsman://CLUSTER/operator/NAME</c> of an operator.
/// A URI rather than a DNS name, so that no public authority could ever have been asked for it and no host name matches by chance.
/// </summary>
internal static class SiteUri
{
    private const string Scheme = "pointsman";
    private const string Operator = "operator";
    private const string AlternativeNames = "2.5.29.17";

    // RFC 5280 §4.2.1.6: uniformResourceIdentifier is [6] IMPLICIT IA5String.
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    // RFC 5280 §4.2.1.6: iPAddress is [7] IMPLICIT OCTET STRING.
    private static readonly Asn1Tag AddressTag = new(TagClass.ContextSpecific, 7);

    public static string For(string cluster, string site) => $"{Scheme}://{Uri.EscapeDataString(cluster)}/{Uri.EscapeDataString(site)}";

    public static string ForOperator(string cluster, string name) => $"{Scheme}://{Uri.EscapeDataString(cluster)}/{Operator}/{Uri.EscapeDataString(name)}";

    /// <summary>The extension, written by hand: <see cref="SubjectAlternativeNameBuilder"/> takes a <see cref="Uri"/>, which lower-cases the cluster's name.</summary>
    public static X509Extension Extension(string cluster, string site, IEnumerable<IPAddress> addresses) => Extension(For(cluster, site), addresses);

    public static X509Extension Extension(string uri, IEnumerable<IPAddress> addresses)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            names.WriteCharacterString(UniversalTagNumber.IA5String, uri, UriTag);
            foreach (var address in addresses) names.WriteOctetString(address.GetAddressBytes(), AddressTag);
        }

        return new X509Extension(AlternativeNames, names.Encode(), critical: false);
    }

    /// <summary>Null unless the certificate has exactly one such URI, and that of a site: two identities are none.</summary>
    public static (string Cluster, string Site)? Of(X509Certificate2 certificate) => PartsOf(certificate) is [var cluster, var site] ? (cluster, site) : null;

    /// <summary>As <see cref="Of"/>, of an operator.</summary>
    public static (string Cluster, string Name)? OperatorOf(X509Certificate2 certificate) => PartsOf(certificate) is [var cluster, Operator, var name] ? (cluster, name) : null;

    private static string[]? PartsOf(X509Certificate2 certificate)
    {
        try
        {
            string[]? found = null;
            foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    if (names.PeekTag() != UriTag)
                    {
                        names.ReadEncodedValue();
                        continue;
                    }

                    if (Parse(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag)) is not { } identity) continue;
                    if (found is not null) return null;
                    found = identity;
                }
            }

            return found;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            // A malformed extension names nobody.
            return null;
        }
    }

    private static string[]? Parse(string text)
    {
        // By hand: System.Uri lower-cases the host part, and names are compared to the letter.
        const string start = Scheme + "://";
        if (!text.StartsWith(start, StringComparison.Ordinal)) return null;
        var parts = text[start.Length..].Split('/');
        return parts.Length is 2 or 3 && !parts.Contains("") ? [.. parts.Select(Uri.UnescapeDataString)] : null;
    }
}
