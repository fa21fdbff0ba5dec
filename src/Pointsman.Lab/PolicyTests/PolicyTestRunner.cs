using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.PolicyTests;

/// <summary>Runs policy tests against a configuration, by the code that decides.</summary>
public sealed class PolicyTestRunner(ConfiguredWorld world)
{
    private readonly Dictionary<ServiceId, ConfiguredWorld> byService = [];

    /// <summary>One result a service that the test is about.</summary>
    public ImmutableArray<PolicyTestResult> Run(PolicyTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return [.. world.Cluster.Services.Where(service => test.Service is not { } one || service.Id == one).Select(service => Run(test, service))];
    }

    private PolicyTestResult Run(PolicyTest test, Service service)
    {
        if (!byService.TryGetValue(service.Id, out var alone)) byService[service.Id] = alone = world.ForService(service);
        var circumstances = new Circumstances { DownSites = test.Down, FullSites = test.Full };
        var client = Client.From(test.Client);
        if (test.ArrivedAt is { } site && circumstances.IsDown(site))
            return new PolicyTestResult(test, service, circumstances, null, [$"nobody arrives at {NameOf(site)}, which is down"]);
        var order = test.ArrivedAt is { } arrived
            ? HandOverOrder.OfRedirect(alone, client, circumstances, arrived)
            : HandOverOrder.Of(alone, client, circumstances);
        if (order is null)
        {
            string[] problems = test.Expect is not null || test.Scope is not null ? ["every site is down: nobody answers"] : [];
            return new PolicyTestResult(test, service, circumstances, null, [.. problems]);
        }
        return new PolicyTestResult(test, service, circumstances, order, [.. Problems(test, order)]);
    }

    private IEnumerable<string> Problems(PolicyTest test, HandOverOrder order)
    {
        var came = order.Groups.IsEmpty ? "no site" : Words(order);
        if (order.First.Verdict is Verdict.StaticOnly) yield return "the service is not answered by a choice (useDnsRespond: false)";
        else if (test.ExpectNothing && !order.Groups.IsEmpty) yield return $"expected no site, was {came}";
        else if (test.Expect is { } expected && ExpectedOrder.FirstWrong(expected, order.Groups) is { } wrong)
            yield return $"expected {string.Join(", ", expected.Select(NameOf))}, was {came}: {NameOf(expected[wrong])} is wrong at place {wrong + 1}";
        foreach (var site in test.Never.Where(order.Sites.Contains)) yield return $"{NameOf(site)} must never come, but the order is {came}";
        if (test.Scope is { } scope && order.First.Scope != scope)
            yield return string.Create(CultureInfo.InvariantCulture, $"expected the scope {scope}, was {order.First.Scope}");
    }

    /// <summary><c>tokyo, then sydney or san-jose, then paris</c>.</summary>
    public string Words(HandOverOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return string.Join(", then ", order.Groups.Select(group => string.Join(" or ", group.Select(NameOf).Order(StringComparer.Ordinal))));
    }

    private string NameOf(SiteId site) => world.Cluster.FindSite(site)?.Name ?? site.ToString();
}

/// <param name="Order">What came; null when nobody was there to decide.</param>
/// <param name="Problems">Empty = passed.</param>
public sealed record PolicyTestResult(PolicyTest Test, Service Service, Circumstances Circumstances, HandOverOrder? Order, ImmutableArray<string> Problems)
{
    public bool Passed => Problems.IsEmpty;
}
