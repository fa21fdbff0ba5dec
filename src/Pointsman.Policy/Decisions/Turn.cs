using Pointsman.Model;

namespace Pointsman.Policy.Decisions;

/// <summary>The record that a turn is for: the answers of one name to one client go together [S15].</summary>
public enum AddressKind : byte { A, Aaaa, Https }

/// <summary>
/// Whose turn it is [P3.7, S14]: where in the walk this answer stands. Either given, or taken from a worker's cursors when the class is
/// known. A sticky service ignores it: there the client's prefix is the turn.
/// </summary>
public readonly struct Turn
{
    private readonly TurnCursors? cursors;
    private readonly ulong number;
    private readonly Instant now;
    private readonly AddressKind kind;

    private Turn(ulong number) => this.number = number;

    internal Turn(TurnCursors cursors, AddressKind kind, Instant now) => (this.cursors, this.kind, this.now) = (cursors, kind, now);

    /// <summary>A turn that was decided elsewhere: for <c>explain</c>, replay and tests.</summary>
    public static Turn Number(ulong number) => new(number);

    /// <param name="cursor">The walk's number, in the plan's numbering.</param>
    internal ulong Take(int cursor, int cursorCount, int service, in Client client) =>
        cursors is null ? number : cursors.Take(cursor, cursorCount, service, client, kind, now);
}
