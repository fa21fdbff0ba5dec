using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching.Layer4;

/// <summary>What all workers of one switch share.</summary>
/// <param name="Descriptors">The budget of descriptors: a connection takes two, whatever becomes of it, so that everything else of the process keeps its own.</param>
/// <param name="Refused">Places for refused connections that are read [S20].</param>
internal sealed record SwitchContext(IHandOff HandOff, VipSwitchOptions Options, ConnectionLimit Descriptors, ConnectionLimit Refused);
