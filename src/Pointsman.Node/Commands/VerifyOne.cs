using System.CommandLine;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Pointsman.Lab.Verification;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Admin;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>verify FILE --client IP</c>: one decision of the configuration under given circumstances, with its whole trace, and whether it breaks a rule.</summary>
internal sealed class VerifyOne
{
    private readonly WhatIfOptions whatIf = new();
    private readonly Option<string?> client = new("--client") { Description = "One decision alone: for the user at this address", HelpName = "IP" };
    private readonly Option<string?> self = new("--as") { Description = "With --client: the site whose node decides (default: the first that is up)", HelpName = "SITE" };
    private readonly Option<string?> arrivedAt = new("--arrived-at") { Description = "With --client: the user stands at this site, which hands on by an HTTP redirect", HelpName = "SITE" };

    public void AddTo(Command command)
    {
        command.Options.Add(client);
        whatIf.AddTo(command);
        command.Options.Add(self);
        command.Options.Add(arrivedAt);
        command.Validators.Add(result =>
        {
            if (result.GetValue(client) is null && (result.GetResult(self) is not null || result.GetResult(arrivedAt) is not null || whatIf.IsNamed(result)))
                result.AddError("--down, --full, --cut, --as and --arrived-at go with --client: without it every failure is tried");
        });
    }

    public bool IsGiven(ParseResult result) => result.GetValue(client) is not null;

    public int Run(ParseResult result, LoadedConfiguration configuration, ImmutableArray<Service> services, bool isNamed, Printer printer)
    {
        var cluster = configuration.Cluster;
        var problem = "";
        var text = result.GetValue(client)!;
        if (text.Contains('/', StringComparison.Ordinal) || !Prefix.TryParse(text, out var address)) return printer.Fail(ExitCode.Usage, $"--client must be an address such as 192.0.2.1 or 2001:db8::1, was '{text}'");
        if (services is not [var service]) return printer.Fail(ExitCode.Usage, isNamed ? "--client goes with one --service" : $"--service is missing: the configuration has {services.Length} of them");
        if (whatIf.Read(result, cluster, out problem) is not { } circumstances) return printer.Fail(ExitCode.Usage, problem);
        if (!TryFind(result.GetValue(self), "--as", out var at) || !TryFind(result.GetValue(arrivedAt), "--arrived-at", out var arrived)) return printer.Fail(ExitCode.Usage, problem);

        var world = new ConfiguredWorld(cluster, configuration.Places).ForService(service);
        if ((at ?? arrived ?? world.AnyUp(circumstances)) is not { } decides || circumstances.IsDown(decides))
            return printer.Fail(ExitCode.Failed, at is null && arrived is null ? "every site is down: nobody decides" : "a site that is down decides nothing");
        var plan = world.Plan(decides, circumstances);
        var breach = Verifier.Check(plan, circumstances, decides, address.Network, arrived);
        var site = arrived is { } stands ? cluster.FindSite(stands) : null;
        var data = Explanation(plan, service, address.Network, site);
        data["circumstances"] = circumstances.Describe(cluster);
        data["breach"] = breach?.Text;
        printer.Print(data, (writer, palette) =>
        {
            writer.WriteLine($"{circumstances.Describe(cluster)}, as {cluster.FindSite(decides)!.Name} decides:");
            new ExplainText(data, writer, palette).Write(details: false);
        });
        return breach is null ? ExitCode.Ok : printer.Fail(ExitCode.Failed, breach.Text);

        bool TryFind(string? name, string option, out SiteId? found)
        {
            found = name is null ? null : WhatIfOptions.FindSite(name, cluster, option, ref problem);
            return name is null || found is not null;
        }
    }

    /// <summary>As <c>explain</c> prints it, for the family of the service's first address; of no time, for no node was asked.</summary>
    public static JsonObject Explanation(Policy.Plans.Plan plan, Service service, IPAddress client, Site? arrivedAt)
    {
        var type = service.Vips.Any(vip => vip.Address.Address.AddressFamily == AddressFamily.InterNetwork) ? "A" : "AAAA";
        var explanation = JsonText.Of(ExplainViews.Of(plan, new ExplainQuestion(service.Name, service, null, client, type, arrivedAt, null, "")))!.AsObject();
        explanation["snapshot"]!["time"] = null;
        return explanation;
    }
}
