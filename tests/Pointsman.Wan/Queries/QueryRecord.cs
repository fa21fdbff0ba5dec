namespace Pointsman.Wan.Queries;

/// <summary>One question and what became of it. Times are ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Client">Which clients asked: index into <see cref="Cluster.Laboratory.Clients"/>.</param>
/// <param name="Node">The place of the node asked.</param>
/// <param name="Service">Index into <see cref="Cluster.LabServices.Names"/>.</param>
/// <param name="AnsweredTicks">0 while there is none.</param>
/// <param name="Rcode">Of the answer.</param>
/// <param name="Named">The sites whose address the answer has, one bit each: bit N = place N.</param>
public readonly record struct QueryRecord(int Client, int Node, int Service, long SentTicks, long AnsweredTicks, byte Rcode, ulong Named)
{
    public bool IsAnswered => AnsweredTicks != 0;

    public bool Names(int place) => (Named & (1UL << place)) != 0;
}
