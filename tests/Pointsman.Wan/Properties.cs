using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Pointsman.EndToEnd")]
