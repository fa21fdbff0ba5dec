using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Pointsman.Benchmarks;

// What takes two processes is no benchmark of that tool's.
switch (args)
{
    case ["probes"]:
        await ProbeRun.RunAsync();
        return;
    case ["probe-server"]:
        await ProbeRun.ServeAsync();
        return;
    case ["lab", .. var sizes]:
        LabMeasures.Run([.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        return;
}

// In this process: the tool's own way is to generate a project and build it, which a repository with a build of its own trips up.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(MarkdownExporter.GitHub)
    .AddLogger(ConsoleLogger.Default);
BenchmarkSwitcher.FromAssembly(typeof(AnswerBenchmarks).Assembly).Run(args, config);
