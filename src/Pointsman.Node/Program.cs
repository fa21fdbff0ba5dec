return await Pointsman.Node.Commands.CommandLine.RunAsync(args);
