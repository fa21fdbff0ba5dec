using System.CommandLine;
using Pointsman.Node.Commands;

var root = new RootCommand("Pointsman: global server load balancing. Answers DNS with the site that serves each user best now.");
foreach (var command in CommandList.All()) root.Subcommands.Add(command);
return await root.Parse(args).InvokeAsync();
