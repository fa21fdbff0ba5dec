namespace Pointsman.Wan.Cluster;

/// <summary>
/// The two services of every laboratory. <c>www</c> is served through the node: its VIP dies with it. <c>files</c> is served by a server beside the node, which only
/// probes it: it outlives the node, and then nobody may take it for dead.
/// </summary>
public static class LabServices
{
    public const int Www = 0, Files = 1;

    public static readonly string[] Names = ["www.lab.test", "files.lab.test"];
}
