namespace Pointsman.Switching;

/// <summary>VIPs that cannot be listened on: each line of the message names service, address and the system's reason.</summary>
public sealed class VipBindException : Exception
{
    public VipBindException() { }
    public VipBindException(string message) : base(message) { }
    public VipBindException(string message, Exception innerException) : base(message, innerException) { }
}
