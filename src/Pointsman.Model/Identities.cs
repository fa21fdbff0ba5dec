using System.Globalization;

namespace Pointsman.Model;

/// <summary>A site's stable number: it comes from the configuration (<c>sites.*.id</c>) and goes on the wire. Never a position in a list.</summary>
public readonly record struct SiteId(int Value) : IComparable<SiteId>
{
    public int CompareTo(SiteId other) => Value.CompareTo(other.Value);
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A service's stable number: it comes from the configuration (<c>services.*.id</c>) and goes on the wire. Never a position in a list.</summary>
public readonly record struct ServiceId(int Value) : IComparable<ServiceId>
{
    public int CompareTo(ServiceId other) => Value.CompareTo(other.Value);
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which VIP: the service it offers, the site it stands at, and its address. [S1]</summary>
public readonly record struct VipKey(ServiceId Service, SiteId Site, Endpoint Address);
