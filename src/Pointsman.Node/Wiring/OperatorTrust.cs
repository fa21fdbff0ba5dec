using Pointsman.Dssp.Pki;
using Pointsman.Model;
using Pointsman.Node.State;

namespace Pointsman.Node.Wiring;

/// <summary>Whose signed orders a node believes: those of operators whom the authority of <c>dssp.authority</c> named.</summary>
internal static class OperatorTrust
{
    /// <summary>A file that is gone or no good makes signed orders count for nothing, and says so: DSSP itself will not start with it, or stays as it is.</summary>
    public static OperatorSignatures Of(Cluster cluster, Site self, EventLog log)
    {
        try
        {
            return OperatorSignatures.Load(cluster.Name, cluster.Dssp.AuthorityFile?.Replace("{site}", self.Name, StringComparison.Ordinal));
        }
        catch (IOException error)
        {
            log.Add("override-refused", $"no signed order is believed: {error.Message}");
            return OperatorSignatures.None(cluster.Name);
        }
    }
}
