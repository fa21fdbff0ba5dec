using System.CommandLine;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>drain SITE[/SERVICE]</c> and <c>undrain</c>: a site gets no new users, from any node, until that is lifted.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan longestWait = TimeSpan.FromHours(1);

    public static Command Make()
    {
        var options = new OrderOptions();
        var force = new Option<bool>("--force") { Description = "Also when somebody is left without a healthy site, or what is forced down would be drained instead" };
        var wait = new Option<bool>("--wait") { Description = "Wait until nobody comes any more and sessions have ended" };
        var timeout = Span("--timeout", "How long to wait at most, an hour unless it says otherwise; exit code 5 when that is over");
        var quiet = Span("--quiet", "How long nobody new may have come; default the TTL, at least 10s and at most 10m");
        var most = new Option<int>("--sessions") { Description = "So many sessions may be left when waiting ends", HelpName = "N", DefaultValueFactory = _ => 0 };
        var command = new Command("drain", "Give a site no new users, from any node; those who are there stay");
        options.AddTo(command, hasEnd: true);
        foreach (var option in (Option[])[force, wait, timeout, quiet, most, OutputOptions.Format]) command.Options.Add(option);
        most.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var count) && count >= 0)) result.AddError($"--sessions: must be a whole number, 0 or more, was '{text}'");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(wait)) return;
            foreach (var option in (Option[])[timeout, quiet, most])
                if (result.GetResult(option) is { Implicit: false }) result.AddError($"{option.Name} goes with --wait");
        });
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var signer = options.Signer(result);
                var sending = new OrderSending(printer, result.GetRequiredValue(options.Node), signer);
                var (site, service) = OrderOptions.Split(result.GetRequiredValue(options.What));
                await sending.CheckHeldAsync(site, service, "drain", result.GetValue(force), stop);
                var answer = await sending.SendAsync(site, service, "drain", options.Who(result), options.Why(result), result.GetValue(options.Until), result.GetValue(force), stop);
                sending.Remark(answer);
                if (!result.GetValue(wait))
                {
                    printer.Print(answer, (writer, palette) => OrderSending.Say(answer, writer, palette));
                    return ExitCode.Ok;
                }

                var waited = await new DrainWait(printer, sending.TakenAt, site, service, result.GetValue(quiet), result.GetValue(most)).RunAsync(result.GetValue(timeout) ?? longestWait, stop);
                answer["waited"] = waited.ToJson();
                printer.Print(answer, (writer, palette) =>
                {
                    OrderSending.Say(answer, writer, palette);
                    writer.WriteLine(waited.ToString());
                });
                return waited.IsDone ? ExitCode.Ok : ExitCode.WaitingRanOut;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command.Examples(
            "pointsman drain paris --reason 'kernel upgrade' --until 2h --wait",
            "pointsman drain paris/www.example.com --node http://127.0.1.1:8080",
            "pointsman drain paris --operator-cert ana.crt --operator-key ana.key");
    }

    public static Command MakeUndrain()
    {
        var options = new OrderOptions();
        var command = new Command("undrain", "Let a drained site take new users again, step by step (policy.slowStart)");
        options.AddTo(command, hasEnd: false);
        command.Options.Add(OutputOptions.Format);
        command.SetAction((result, stop) => ClearAsync(options, result, "undrain", stop));
        return command.Examples("pointsman undrain paris", "pointsman undrain paris/www.example.com");
    }

    /// <param name="command">undrain or force clear: neither lifts what the other is for.</param>
    public static async Task<int> ClearAsync(OrderOptions options, ParseResult result, string command, CancellationToken stop)
    {
        var printer = Printer.For(result);
        try
        {
            using var signer = options.Signer(result);
            var sending = new OrderSending(printer, result.GetRequiredValue(options.Node), signer);
            var (site, service) = OrderOptions.Split(result.GetRequiredValue(options.What));
            await sending.CheckHeldAsync(site, service, command, false, stop);
            var answer = await sending.SendAsync(site, service, "clear", options.Who(result), options.Why(result), null, false, stop);
            sending.Remark(answer);
            printer.Print(answer, (writer, palette) => OrderSending.Say(answer, writer, palette));
            return ExitCode.Ok;
        }
        catch (NodeClientException error)
        {
            return printer.Fail(error.ExitCode, error.Message);
        }
    }

    private static Option<TimeSpan?> Span(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (Duration.TryParse(result.Tokens[0].Value, out var span) && span > TimeSpan.Zero) return span;
            result.AddError($"{name}: must be a duration such as 30s or 10m, was '{result.Tokens[0].Value}'");
            return null;
        },
    };
}
