using System.Globalization;
using Pointsman.Fuzz;
using Pointsman.Fuzz.MasterFiles;
using Pointsman.Fuzz.StateProtocol;

// The long run of what Pointsman.Tests runs a slice of; tests/Pointsman.Fuzz/README.md shows it.
const string Usage = "Pointsman.Fuzz [--packets N] [--files N] [--lives N] [--seed N] [--threads N] [--only PACKET] [--only-file FILE] [--only-life LIFE]";
long packets = 1_000_000, files = 0, lives = 0, only = -1, onlyFile = -1, onlyLife = -1;
ulong seed = 1;
var threads = 1;
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || !ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue) return Fail(Usage, 2);
    switch (args[i])
    {
        case "--packets": packets = (long)number; break;
        case "--files": files = (long)number; break;
        case "--lives": lives = (long)number; break;
        case "--only-life": onlyLife = (long)number; break;
        case "--seed": seed = number; break;
        case "--threads" when number is > 0 and <= 256: threads = (int)number; break;
        case "--only": only = (long)number; break;
        case "--only-file": onlyFile = (long)number; break;
        default: return Fail(Usage, 2);
    }
}

try
{
    if (only >= 0) new Trial(seed).RunOne(only);
    else if (onlyLife >= 0) new FrameTrial(seed).Run(onlyLife);
    else if (onlyFile >= 0) new FileTrial(seed).Run(onlyFile);
    else return RunAll() ? 0 : 1;
    Console.WriteLine($"seed {seed}: as it must be");
    return 0;
}
catch (FuzzException e)
{
    return Fail(e.Message, 1);
}

bool RunAll()
{
    var trial = new FileTrial(seed);
    for (var i = 0L; i < files; i++)
    {
        trial.Run(i);
        if (i % 20 == 0) trial.RunPrinted(i);
    }
    if (files > 0) Console.WriteLine($"{trial.Files:N0} master files, {trial.Sound:N0} of the damaged ones still sound; the most that one allocated: {trial.LargestAllocation:N0} octets");
    var frames = new FrameTrial(seed);
    for (var i = 0L; i < lives; i++) frames.Run(i);
    if (lives > 0) Console.WriteLine($"{frames.Frames:N0} frames of a hostile site, {frames.Read:N0} of them read, {frames.Accepted:N0} accepted as its own word; the most that one allocated: {frames.LargestAllocation:N0} octets");
    return packets == 0 || new Campaign(seed, packets, threads).Run(Console.Out);
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
