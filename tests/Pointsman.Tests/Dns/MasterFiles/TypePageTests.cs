using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Dns.MasterFiles;

/// <summary>The page of master files names each type where it belongs.</summary>
public sealed class TypePageTests
{
    [Theory]
    [InlineData("By name, with a text form:", true)]
    [InlineData("By name, in generic form alone:", false)]
    public void The_page_lists_the_types(string start, bool hasText)
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Folder, "docs", "reference", "master-files.md"));
        var list = page[(page.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        var listed = list[..list.IndexOf(hasText ? ".\n" : ", and", StringComparison.Ordinal)].Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Enum.GetValues<RrType>().Where(type => !RrTypeText.IsMeta(type) && RdataLayout.Of(type) is not null == hasText && !IsWithoutUse(type))
                .Select(RrTypeText.Format).Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    /// <summary>Reserved by IANA without a specification.</summary>
    private static bool IsWithoutUse(RrType type) => type is RrType.UINFO or RrType.UID or RrType.GID or RrType.UNSPEC;
}
