using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>One real server of a VIP, now.</summary>
/// <param name="Max">MaxConns; null = no limit.</param>
public readonly record struct RealServerReport(Endpoint Address, bool IsUp, int Active, int? Max);
