namespace Pointsman.Model.Probes;

/// <summary>Over what a check speaks; <see cref="None"/> = it brings its own.</summary>
public enum ProbeTransport { Tcp, Udp, None }
