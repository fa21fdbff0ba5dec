namespace Pointsman.Model;

/// <summary>
/// How much of a service may be taken out of the answers by measurement alone (the vote, my own probes): past it, what looks down stays in, because
/// it is likelier that the measuring is wrong than that everything died. Both limits hold where both are given.
/// </summary>
/// <param name="Sites">At most so many sites; null = no limit of this kind.</param>
/// <param name="CapacityMillionths">At most this part of the service's configured connections; null = no limit of this kind.</param>
public sealed record DownBudget(int? Sites, int? CapacityMillionths);
