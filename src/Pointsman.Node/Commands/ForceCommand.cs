using System.CommandLine;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>force up|down|clear SITE[/SERVICE]</c>: against what is measured. Loud wherever it is shown, because it is easily forgotten.</summary>
internal static class ForceCommand
{
    public static Command Make() => new("force", "Take a site as up or down, whatever is measured")
    {
        Direction("up", "As if it were up: unsigned against what the site says of itself, signed against everybody's probes"),
        Direction("down", "As if it were down: for all at once, and whatever else is gone"),
        Clear(),
    };

    private static Command Direction(string name, string description)
    {
        var options = new OrderOptions();
        var force = new Option<bool>("--force") { Description = "Also when somebody is left without a healthy site" };
        var command = new Command(name, description);
        options.AddTo(command, hasEnd: true);
        if (name == "down") command.Options.Add(force);
        command.Options.Add(OutputOptions.Format);
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var signer = options.Signer(result);
                var sending = new OrderSending(printer, result.GetRequiredValue(options.Node), signer);
                var (site, service) = OrderOptions.Split(result.GetRequiredValue(options.What));
                await sending.CheckHeldAsync(site, service, "force-" + name, false, stop);
                var answer = await sending.SendAsync(site, service, "force-" + name, options.Who(result), options.Why(result), result.GetValue(options.Until), name == "down" && result.GetValue(force), stop);
                sending.Remark(answer);
                printer.Print(answer, (writer, palette) => OrderSending.Say(answer, writer, palette));
                return ExitCode.Ok;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command.Examples($"pointsman force {name} paris --reason 'the probe is wrong' --until 30m");
    }

    private static Command Clear()
    {
        var options = new OrderOptions();
        var command = new Command("clear", "End what was forced: what is measured counts again");
        options.AddTo(command, hasEnd: false);
        command.Options.Add(OutputOptions.Format);
        command.SetAction((result, stop) => DrainCommand.ClearAsync(options, result, "force clear", stop));
        return command.Examples("pointsman force clear paris");
    }
}
