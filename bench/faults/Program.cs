using System.CommandLine;
using System.Globalization;
using Pointsman.Faults;
using Pointsman.Wan.Cluster;
using Pointsman.Wan.Faults;
using Pointsman.Wan.Network;

var program = new Option<FileInfo>("--program") { Description = "The built pointsman", Required = true };
var rounds = new Option<int>("--rounds") { Description = "How often each fault strikes", DefaultValueFactory = _ => 5 };
var interval = new Option<double>("--interval") { Description = "Seconds between two probes", DefaultValueFactory = _ => 2 };
var timeout = new Option<double>("--timeout") { Description = "Seconds that a probe may take", DefaultValueFactory = _ => 1 };
var fall = new Option<int>("--fall") { Description = "Failed probes in a row that make a VIP down", DefaultValueFactory = _ => 3 };
var rate = new Option<double>("--rate") { Description = "Questions a second of each of the two client places to each node for each service", DefaultValueFactory = _ => 20 };
var only = new Option<string[]>("--only") { Description = "Only the faults whose name holds this text; may be repeated", DefaultValueFactory = _ => [] };
var untold = new Option<bool>("--untold") { Description = "Strike the deaths a second time with DSSP blocked, so that nobody tells anybody" };
var csv = new Option<FileInfo?>("--csv") { Description = "Also write every single round there" };
var root = new RootCommand("What each fault costs the users of a cluster") { program, rounds, interval, timeout, fall, rate, only, untold, csv };
root.SetAction(async result =>
{
    var settings = new LaboratorySettings
    {
        ProbeInterval = TimeSpan.FromSeconds(result.GetValue(interval)),
        ProbeTimeout = TimeSpan.FromSeconds(result.GetValue(timeout)),
        Fall = result.GetValue(fall),
        DsspInterval = TimeSpan.FromSeconds(5),
        Delay = TimeSpan.FromMilliseconds(20),
        SlowBy = TimeSpan.FromSeconds(result.GetValue(timeout) / 4),
        Rate = result.GetValue(rate),
        Patience = TimeSpan.FromSeconds(2),
    };
    var wanted = result.GetValue(only)!;
    Fault[] faults = [.. FaultList.All.Concat(result.GetValue(untold) ? FaultList.Untold : []).Where(fault => wanted.Length == 0 || wanted.Any(text => fault.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))];
    if (faults.Length == 0) return Fail($"no fault is called so; there are: {string.Join(", ", FaultList.All.Select(fault => fault.Name))}");
    var outcomes = new List<Outcome>();
    try
    {
        await using var laboratory = await Laboratory.StartAsync(result.GetValue(program)!.FullName, settings);
        await Campaign.RunAsync(laboratory, faults, result.GetValue(rounds), outcomes, Console.Error);
        return 0;
    }
    catch (WanUnavailableException why)
    {
        return Fail(string.Create(CultureInfo.InvariantCulture, $"no laboratory here: {why.Message}"));
    }
    catch (TimeoutException broken)
    {
        return Fail(broken.Message); // a cluster that does not come together again; what was counted before is printed all the same
    }
    finally
    {
        if (outcomes.Count > 0) Report.Write(Console.Out, settings, outcomes, result.GetValue(rounds));
        if (result.GetValue(csv) is { } file) Report.WriteCsv(file.FullName, outcomes);
    }
});
return await root.Parse(args).InvokeAsync();

static int Fail(string text)
{
    Console.Error.WriteLine($"faults: {text}");
    return 1;
}
