using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Load;

/// <summary>Who answers the resolvers: the decision, or, for comparison, something that other servers do.</summary>
internal interface IAnswers
{
    /// <summary>Sites by index, the best first; empty = no answer with an address.</summary>
    int[] Choose(LoadWorld world, Speaker node, int second, in Client client);
}

/// <summary>The decision, as the program makes it.</summary>
internal sealed class TheDecision : IAnswers
{
    public int[] Choose(LoadWorld world, Speaker node, int second, in Client client)
    {
        var decision = node.Answer(second, client);
        var rows = node.Plan(second).Services[world.Service].Sites;
        var sites = new int[decision.Count];
        for (var place = 0; place < sites.Length; place++) sites[place] = world.IndexOf(rows[decision[place]].Site.Id);
        return sites;
    }
}
