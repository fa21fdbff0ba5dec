namespace Pointsman.Wan.Network;

/// <summary>What the laboratory needs is not to be had here; the message says what. No fault of the program under test.</summary>
public sealed class WanUnavailableException(string message) : Exception(message);
