using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Fuzz.Reference;
using Pointsman.Fuzz.Worlds;

namespace Pointsman.Fuzz.MasterFiles;

/// <summary>
/// Gives files to the reader of master files: it never throws, it either makes a zone or says where the mistake is, at a place that is inside the
/// file, and what it takes in memory is bounded by the file. And what was printed from a zone reads as that zone again.
/// </summary>
internal sealed class FileTrial(ulong seed)
{
    private const string Name = "fuzzed.zone";

    /// <summary>$GENERATE may make 65,536 records of one line; beside that, what one octet of a file may cost.</summary>
    private const long GenerateOctets = 400_000_000, OctetsForEach = 20_000;

    private static readonly DomainName s_origin = DomainName.Parse("example.");
    private readonly Chance _chance = new(0);

    public long Files { get; private set; }
    public long Sound { get; private set; }
    public long LargestAllocation { get; private set; }

    public void Run(long number)
    {
        _chance.Restart(seed ^ 0xF11E, (ulong)number);
        var text = new FileMaker(_chance).Make();
        string? wrong;
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var read = MasterFile.Parse(s_origin, text, Name);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            LargestAllocation = Math.Max(LargestAllocation, allocated);
            wrong = allocated > GenerateOctets + (OctetsForEach * text.Length) ? $"{allocated} octets were allocated" : FindWrong(read, text);
            if (read.Zone is not null) Sound++;
        }
        catch (Exception e)
        {
            wrong = $"an exception: {e}";
        }
        Files++;
        if (wrong is not null) throw new FuzzException($"file {number} of seed {seed}: {wrong}\n{Convert.ToBase64String(text)}\nagain: Pointsman.Fuzz --seed {seed} --only-file {number}");
    }

    private static string? FindWrong(MasterFileResult read, byte[] text)
    {
        if (read.Zone is null == read.Errors.IsEmpty) return "neither a zone nor an error, or both";
        var lines = Encoding.Latin1.GetString(text).Split('\n');
        foreach (var error in read.Errors)
        {
            var (file, line, column) = (error.Place.File, error.Place.Line, error.Place.Column);
            // What is missing as a whole stands nowhere.
            if (file is null || line == 0) continue;
            if (file != Name || line > lines.Length || column < 1 || column > lines[line - 1].Length + 1) return $"an error at {error.Place}, which is not inside the file: {error.Message}";
            if (error.Message.Length is 0 or > 500) return $"a message of {error.Message.Length} characters";
        }
        return null;
    }

    /// <summary>A random zone, printed and read: the same sets with the same records, and as many.</summary>
    public void RunPrinted(long number)
    {
        _chance.Restart(seed ^ 0x2013, (ulong)number);
        foreach (var zone in new WorldMaker(_chance).MakeZones())
        {
            var text = ZonePrinter.Print(zone, _chance);
            var read = MasterFile.Parse(World.NameOf(zone.Origin), Encoding.Latin1.GetBytes(text), Name);
            if (read.Zone is null) throw Unequal(number, $"was not read: {read.Errors[0]}", text);
            if (read.Zone.RecordCount != zone.Sets.Sum(set => set.Rdata.Count)) throw Unequal(number, $"has {read.Zone.RecordCount} records", text);
            foreach (var set in zone.Sets)
            {
                if (read.Zone.FindExact(World.NameOf(set.Owner), (RrType)set.Type) is not { } found || found.Ttl != set.Ttl || !set.Rdata.SequenceEqual(Enumerable.Range(0, found.Count).Select(i => Encoding.Latin1.GetString(found.RdataOf(i)))))
                    throw Unequal(number, $"differs at {ReferenceName.Text(set.Owner)} TYPE{set.Type}", text);
            }
            Files++;
        }
    }

    private FuzzException Unequal(long number, string how, string text) => new($"printed zone {number} of seed {seed} {how}\n{text}");
}
