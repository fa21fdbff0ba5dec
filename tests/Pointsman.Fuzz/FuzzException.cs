namespace Pointsman.Fuzz;

/// <summary>The product, or this program, is wrong; the message says where.</summary>
internal sealed class FuzzException(string message) : Exception(message);
