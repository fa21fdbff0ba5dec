using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Pointsman.Policy.Offline;

namespace Pointsman.Tests.Policy.Offline;

public sealed class HandOffCalculatorTests
{
    [Fact]
    [Trait("mission", "P3.2")]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P3.4")]
    public void Table_I_of_the_patent_gives_its_Tables_II_and_III()
    {
        var tables = Calculate(PatentTables.Csv, PatentTables.GivenWeights);
        for (var site = 0; site < tables.Sites.Length; site++)
        {
            var name = tables.Sites[site];
            Assert.Equal(PatentTables.Orders[name], string.Concat(tables.Preferences[site].Select(other => tables.Sites[other])));
            Assert.Equal(PatentTables.Totals[name], tables.Weights[site]);
            Assert.Equal(PatentTables.Percents[name], (int)Math.Round(100 * tables.Shares[site]));
        }
        Assert.Equal(42, tables.Weights.Sum());
    }

    [Fact]
    public void The_last_weight_repeats_past_the_end_of_the_list() =>
        Assert.Equal(
            Calculate(PatentTables.Csv, [4, 2, 1, 0, 0, 0]).Weights.AsEnumerable(),
            Calculate(PatentTables.Csv, [4, 2, 1, 0]).Weights);

    [Fact]
    public void A_site_that_is_down_for_everybody_has_no_point_and_no_place()
    {
        var tables = Calculate("tested,A,B,C\nA,,down,down\nB,5,,9\nC,7,8,", [6, 6]);
        Assert.Equal([0L, 12, 12], tables.Weights);
        Assert.Equal([1, 2], tables.Preferences[0]);
        Assert.Equal([2], tables.Preferences[1]);
        Assert.Equal([0, 0.5, 0.5], tables.Shares);
    }

    [Fact]
    public void Nobody_up_is_a_table_of_zeros()
    {
        var tables = Calculate("tested,A,B\nA,,down\nB,down,", [6]);
        Assert.Equal([0L, 0], tables.Weights);
        Assert.Equal([0.0, 0], tables.Shares);
    }

    [Fact]
    [Trait("mission", "P3.9")]
    public void A_thousand_random_matrices_give_what_a_slow_oracle_counts()
    {
        // Few distinct times, so that ties abound; a fifth of the cells down; names that do not sort as they are listed.
        var matrices =
            from size in Gen.Int[2, 20]
            from cells in Gen.Frequency((4, Gen.Int[0, 12].Select(time => (int?)time)), (1, Gen.Const((int?)null))).Array[size * size]
            from names in Gen.Shuffle(Enumerable.Range(0, size).Select(index => $"s{index}").ToArray())
            from weights in Gen.Frequency((3, Gen.Int[0, 64]), (1, Gen.Const(0))).Array[1, 16]
            select (names, cells, weights);
        matrices.Sample(
            sample =>
            {
                var (names, cells, weights) = sample;
                var times = new decimal?[names.Length, names.Length];
                for (var index = 0; index < cells.Length; index++)
                {
                    if (index / names.Length != index % names.Length) times[index / names.Length, index % names.Length] = cells[index] / 4m;
                }
                var (orders, totals) = SlowHandOff.Calculate(names, times, weights);
                var tables = Calculate(Csv(names, times), weights);
                Assert.Equal(totals, tables.Weights);
                for (var tester = 0; tester < names.Length; tester++)
                    Assert.Equal(orders[tester], tables.Preferences[tester].Select(site => tables.Sites[site]));
                Assert.Equal(totals.Sum() == 0 ? 0 : 1, tables.Shares.Sum(), 9);
            },
            iter: 1000);
    }

    private static string Csv(string[] names, decimal?[,] times) => string.Join('\n', [
        "tested," + string.Join(',', names),
        .. names.Select((name, row) => name + "," + string.Join(',', names.Select((_, column) =>
            row == column ? "" : times[row, column]?.ToString(CultureInfo.InvariantCulture) ?? "down"))),
    ]);

    private static HandOffResult Calculate(string csv, int[] weights)
    {
        var (matrix, errors) = MatrixFile.Read(csv);
        Assert.Empty(errors);
        return HandOffCalculator.Calculate(matrix!, weights.ToImmutableArray());
    }
}
