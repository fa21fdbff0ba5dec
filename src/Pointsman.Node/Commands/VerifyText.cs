using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Lab.Verification;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>What <c>verify</c> says: what was tried, what was not, and the counter-examples as <c>explain</c> prints them.</summary>
internal sealed class VerifyText(LoadedConfiguration configuration, Failures failures, VerifierReport report, long linksLeftOut, ImmutableArray<CapacityShortage> shortages)
{
    /// <summary>More counter-examples than this are printed by nobody's wish; <c>-o json</c> has all that were kept.</summary>
    private const int MostPrinted = 5;

    private long Answers => report.Services.Sum(service => service.Answers);
    private long Redirects => report.Services.Sum(service => service.Redirects);
    private long EmptyByPolicy => report.Services.Sum(service => service.EmptyByPolicy);
    private int Decided => report.Services.Count(service => service.IsDecided);

    /// <summary>What is not proven, and what is short.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            foreach (var shortage in shortages)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{shortage.Service.Name}: with {string.Join(" and ", shortage.Sites.Select(site => configuration.Cluster.FindSite(site)!.Name))} down, {shortage.Wanted} connections ({shortage.Percent} % of {shortage.All}) do not fit into the {shortage.Left} of the others");
            }
            foreach (var service in report.Services.Where(service => !service.IsDecided)) yield return $"{service.Service.Name} is not tried: {(service.Service.Vips.IsEmpty ? "it has no VIP" : "useDnsRespond is false")}";
            if (report.Finer > 0)
                yield return $"{Counted.Of(report.Finer, "place")} of the geography tables {(report.Finer == 1 ? "has" : "have")} no network as large as the longest scope: such clients are decided as the network around them, and not tried apart";
            if (linksLeftOut > 0) yield return FormattableString.Invariant($"links between sites are not tried ({linksLeftOut} cases more): --links tries them");
        }
    }

    public void Write(TextWriter writer, Palette palette)
    {
        var breaches = report.Breaches.ToList();
        foreach (var breach in breaches.Take(MostPrinted))
        {
            writer.WriteLine($"{palette.Apply("broken:", Paint.Bad)} {palette.Apply(breach.Service.Name, Paint.Bold)}, client {breach.Client.ToIPAddress()}, {breach.Circumstances.Describe(configuration.Cluster)}: {breach.Text}");
            writer.WriteLine($"{palette.Apply("again:", Paint.Dim)} {Command(breach)}");
            writer.WriteLine();
            new ExplainText(Explanation(breach), writer, palette).Write(details: false);
            writer.WriteLine();
        }
        if (breaches.Count > MostPrinted) writer.WriteLine(FormattableString.Invariant($"… and {breaches.Count - MostPrinted} more counter-examples: -o json has them"));
        writer.WriteLine($"{(report.IsProven ? palette.Apply("proven:", Paint.Good) : palette.Apply("not proven:", Paint.Bad))} {Counted.Of(Decided, "service")}, {Kinds}, {Tried}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Answers} answers and {Redirects} ways of redirects held against the policy"));
        if (EmptyByPolicy > 0) writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{EmptyByPolicy} {(EmptyByPolicy == 1 ? "answer has" : "answers have")} no site because the policy says so ({string.Join(", ", EmptyServices)})"));
    }

    public JsonObject Data() => new()
    {
        ["proven"] = report.IsProven,
        ["services"] = Decided,
        ["failures"] = failures.Sites,
        ["addresses"] = failures.Addresses,
        ["links"] = failures.Links,
        ["cases"] = report.Services.Sum(service => service.Cases),
        ["answers"] = Answers,
        ["redirects"] = Redirects,
        ["emptyByPolicy"] = EmptyByPolicy,
        ["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]),
        ["breaches"] = new JsonArray([.. report.Breaches.Select(breach => (JsonNode)new JsonObject
        {
            ["kind"] = JsonText.Of(breach.Kind),
            ["service"] = breach.Service.Name,
            ["client"] = breach.Client.ToIPAddress().ToString(),
            ["circumstances"] = breach.Circumstances.Describe(configuration.Cluster),
            ["as"] = configuration.Cluster.FindSite(breach.At)!.Name,
            ["arrivedAt"] = breach.ArrivedAt is { } site ? configuration.Cluster.FindSite(site)!.Name : null,
            ["text"] = breach.Text,
            ["command"] = Command(breach),
            ["explain"] = Explanation(breach),
        })]),
    };

    private string Kinds
    {
        get
        {
            var kinds = report.Services.Where(service => service.IsDecided).Select(service => service.Kinds).DefaultIfEmpty().ToList();
            return kinds.Min() == kinds.Max() ? $"{Counted.Of(kinds.Max(), "kind")} of clients" : FormattableString.Invariant($"{kinds.Min()} to {kinds.Max()} kinds of clients");
        }
    }

    private string Tried
    {
        get
        {
            if (failures.Sites == 0) return "nothing failing";
            var words = new List<string> { failures.Sites == 1 ? $"{Counted.Of(failures.Of.Length, "site")} down one at a time" : FormattableString.Invariant($"up to {failures.Sites} of {failures.Of.Length} sites down at once") };
            if (failures.Addresses) words.Add("every address down alone");
            if (failures.Links) words.Add("every link cut alone");
            return string.Join(", ", words);
        }
    }

    private IEnumerable<string> EmptyServices => report.Services.Where(service => service.EmptyByPolicy > 0).Select(service => service.Service.Name).Take(MostPrinted);

    private JsonObject Explanation(Breach breach) =>
        VerifyOne.Explanation(breach.Plan, breach.Service, breach.Client.ToIPAddress(), breach.ArrivedAt is { } site ? configuration.Cluster.FindSite(site) : null);

    private string Command(Breach breach) =>
        VerifyLine.Of(configuration.Path, configuration.Cluster, breach.Service, breach.Client.ToIPAddress(), breach.Circumstances, breach.ArrivedAt, breach.At);
}
