using Pointsman.Dns.Wire;
using Pointsman.Policy.Decisions;

namespace Pointsman.Node.QueryLogs;

/// <summary>One query that somebody asked once.</summary>
/// <param name="Name">Lower case, no final dot; null = the list names clients alone.</param>
/// <param name="Client">The user's prefix where the query carried it, else who asked.</param>
/// <param name="Type">A where the list does not say.</param>
/// <param name="Time">Null where the list does not say.</param>
internal readonly record struct RecordedQuery(string? Name, Client Client, RrType Type, DateTimeOffset? Time);
