using System.CommandLine;

namespace Pointsman.Node.Commands;

/// <summary><c>explain NAME --client IP</c>: the decision for one client and why, stage by stage.</summary>
internal static class ExplainCommand
{
    public static Command Make()
    {
        var name = new Argument<string>("name") { Description = "The service's name, or SITE.SERVICE", HelpName = "NAME" };
        var client = new Option<string>("--client") { Description = "The user's address", HelpName = "IP", Required = true };
        var type = new Option<string>("--type") { Description = "A, AAAA or HTTPS", HelpName = "TYPE", DefaultValueFactory = _ => "A" };
        var at = new Option<string?>("--at") { Description = "Decide as at this past instant: 2026-01-31T14:05:00Z, 14:05 (UTC, the last one that was) or '10m ago'", HelpName = "TIME" };
        var arrived = new Option<string?>("--arrived-at") { Description = "The user stands at this site, which hands on by an HTTP redirect", HelpName = "SITE" };
        var details = new Option<bool>("--details") { Description = "In the table form, also what each site's weight is made of: who sees it how, and what it says of itself" };
        return new Command("explain", "Why a client gets, or got, the site that it gets") { name, client, type, at, arrived, details }
            .Asks(
                result =>
                {
                    var query = $"explain?name={Uri.EscapeDataString(result.GetRequiredValue(name))}&client={Uri.EscapeDataString(result.GetRequiredValue(client))}&type={Uri.EscapeDataString(result.GetRequiredValue(type))}";
                    if (result.GetValue(at) is { } instant) query += $"&at={Uri.EscapeDataString(instant)}";
                    if (result.GetValue(arrived) is { } site) query += $"&arrivedAt={Uri.EscapeDataString(site)}";
                    return query;
                },
                (result, answer, writer, palette) => new ExplainText(answer, writer, palette).Write(result.GetValue(details)))
            .Examples(
                "pointsman explain www.example.com --client 211.123.11.20",
                "pointsman explain www.example.com --client 211.123.11.20 --at '10m ago' --details",
                "pointsman explain www.example.com --client 211.123.11.20 --arrived-at paris");
    }
}
