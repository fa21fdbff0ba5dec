namespace Pointsman.Node.Commands;

/// <summary>The program's exit codes, a contract with scripts.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int ConfigurationInvalid = 3;
    public const int NodeUnreachable = 4;
    public const int WaitingRanOut = 5;
    public const int RefusedBySafetyRule = 6;
}
