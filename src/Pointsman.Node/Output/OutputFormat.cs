namespace Pointsman.Node.Output;

/// <summary>What <c>-o</c> chooses: a table for people, or the same data as one JSON or YAML document for scripts.</summary>
internal enum OutputFormat { Table, Json, Yaml }
