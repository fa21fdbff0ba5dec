using System.Net;
using Google.Protobuf;
using Pointsman.Model;
using static Pointsman.Dssp.Transport.WireValues;

namespace Pointsman.Dssp.Transport;

/// <summary>What a site says of its own VIPs, as bytes.</summary>
internal static class VipReportCodec
{
    public static Wire.VipReport ToWire(VipReport report)
    {
        var wire = new Wire.VipReport
        {
            Service = (uint)report.Vip.Service.Value,
            Address = ByteString.CopyFrom(report.Vip.Address.Address.GetAddressBytes()),
            Port = (uint)report.Vip.Address.Port,
            Condition = (uint)(report.Condition == VipCondition.Held ? VipCondition.Disabled : report.Condition),
            Held = report.Condition == VipCondition.Held,
            ConnectionsActive = Count(report.ConnectionsActive),
            ServersUp = Math.Min(Count(report.ServersUp), Count(report.ServersTotal)),
            ServersTotal = Count(report.ServersTotal),
        };
        if (report.ConnectionsMax is { } max) wire.ConnectionsMax = Count(max);
        if (report.ConnectionsTarget is { } target) wire.ConnectionsTarget = Count(target);
        if (report.AdmitMillionths < VipReport.AdmitAll) wire.AdmitMillionths = Count(report.AdmitMillionths);
        return wire;
    }

    public static string? Fault(IEnumerable<Wire.VipReport> reports)
    {
        foreach (var report in reports)
        {
            if (!IsId(report.Service) || !IsEndpoint(report.Address, report.Port)) return "an impossible VIP";
            if (report.Condition > (uint)VipCondition.Disabled) return "an unknown VIP condition";
            if (report.ConnectionsActive > int.MaxValue || report.ConnectionsMax > int.MaxValue || report.ServersUp > report.ServersTotal || report.ServersTotal > int.MaxValue) return "an impossible VIP report";
            if (report.ConnectionsTarget > int.MaxValue || report.AdmitMillionths > VipReport.AdmitAll) return "an impossible target or part to admit";
            if (report.Held && report.Condition != (uint)VipCondition.Disabled) return "a VIP that is held and yet in use";
        }

        return null;
    }

    public static VipReport FromWire(Wire.VipReport wire, SiteId site) => new()
    {
        Vip = new VipKey(new ServiceId((int)wire.Service), site, new Endpoint(new IPAddress(wire.Address.Span), (int)wire.Port)),
        Condition = wire.Held ? VipCondition.Held : (VipCondition)wire.Condition,
        ConnectionsActive = (int)wire.ConnectionsActive,
        ConnectionsMax = wire.HasConnectionsMax ? (int)wire.ConnectionsMax : null,
        ServersUp = (int)wire.ServersUp,
        ServersTotal = (int)wire.ServersTotal,
        ConnectionsTarget = wire.HasConnectionsTarget ? (int)wire.ConnectionsTarget : null,
        AdmitMillionths = wire.HasAdmitMillionths ? (int)wire.AdmitMillionths : VipReport.AdmitAll,
    };
}
