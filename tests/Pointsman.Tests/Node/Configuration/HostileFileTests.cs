using System.Text;
using CsCheck;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>Whatever the bytes, loading ends with a configuration or with errors: no exception, no hang, no memory without bound.</summary>
public sealed class HostileFileTests
{
    private static string Only(byte[] bytes)
    {
        var error = Assert.Single(new MemoryFiles().With("pointsman.yaml", bytes).Load().Errors);
        return error.ToString().Replace("/etc/pointsman/", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_is_an_error() => Assert.Equal(["pointsman.yaml: error: no such file"], new MemoryFiles().Errors());

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("# nothing here\n", "a comment alone")]
    [InlineData("---\n...\n", "an empty document")]
    public void Empty_file_is_an_error(string text, string _) => Assert.Equal("pointsman.yaml: error: is empty: a configuration was expected", Only(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_that_is_not_UTF8_is_named_by_its_place() =>
        Assert.Equal("pointsman.yaml:2:7: error: is not UTF-8 text", Only([.. "a: b\nname: "u8, 0xE9, .. "x\n"u8]));

    [Fact]
    public void Binary_is_no_configuration() => Assert.Contains("error: ", Only([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0]), StringComparison.Ordinal);

    [Fact]
    public void Nested_aliases_do_not_multiply_without_bound()
    {
        var laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++) laughs.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Contains("counting what its aliases repeat", Only(Encoding.UTF8.GetBytes(laughs.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_ends_at_a_bound() =>
        Assert.Contains("is nested more than 32 levels deep", Only(Encoding.UTF8.GetBytes("a: " + new string('[', 100_000))), StringComparison.Ordinal);

    [Theory]
    [InlineData("sites: { a: { id: 1, nodes: { n: { dns: [\"HUGE\"] } } } }", "an address")]
    [InlineData("HUGE: 1", "a key")]
    [InlineData("cluster: { name: HUGE }", "a name")]
    public void Huge_value_is_quoted_only_at_its_beginning(string text, string _)
    {
        var huge = text.Replace("HUGE", new string('x', 1_000_000), StringComparison.Ordinal);
        var errors = new MemoryFiles().With("pointsman.yaml", Encoding.UTF8.GetBytes(huge)).Load().Errors.ToArray();
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.InRange(error.ToString().Length, 1, 20_000));
    }

    [Fact]
    public void Thousand_errors_are_a_hundred_and_a_count()
    {
        var text = new StringBuilder(MemoryFiles.GoodText);
        for (var i = 0; i < 1000; i++) text.Append($"key{i}: 1\n");
        var load = MemoryFiles.Good().With("pointsman.yaml", text.ToString()).Load();
        Assert.Equal(Findings.Most, load.Errors.Count());
        Assert.Equal(900, load.Unlisted);
        Assert.Null(load.Configuration);
    }

    [Fact]
    public void Mutated_configuration_gives_a_configuration_or_errors()
    {
        // Without tables of its own: loading the shipped ones anew takes longer than all else.
        var good = Encoding.UTF8.GetBytes(MemoryFiles.GoodText.Replace("topology: { databases: [ geo.csv ], subscribers: subscribers.csv }\n", "", StringComparison.Ordinal));
        var edits = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 3], Gen.Byte, Gen.Int[0, 40]).List[1, 6];
        edits.Sample(list =>
        {
            var bytes = new List<byte>(good);
            foreach (var (at, kind, value, count) in list)
            {
                var place = Math.Min(at, bytes.Count - 1);
                switch (kind)
                {
                    case 0: bytes[place] = value; break;
                    case 1: bytes.Insert(place, (byte)"{}[]:,-&*!|>'\"%@#\n\t ~?<0"[value % 24]); break;
                    case 2: bytes.RemoveRange(place, Math.Min(count, bytes.Count - place - 1)); break;
                    default: bytes.InsertRange(place, bytes.GetRange(0, Math.Min(count, bytes.Count))); break;
                }
            }
            var load = MemoryFiles.Good().With("pointsman.yaml", [.. bytes]).Load();
            load.Write(TextWriter.Null, default);
            Assert.True(load.Configuration is null == load.Errors.Any());
        }, iter: 2000);
    }
}
