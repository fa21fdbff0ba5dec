using System.Net.Sockets;
using System.Text;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>
/// Carries a script out over a wire, step by step, until it fails or ends. Knows no protocol: what is said stands in the scripts, how
/// replies look in <see cref="ReplyReader"/>. Whatever a server does, it ends with a reason: replies are bounded in lines and bytes,
/// a conversation in steps, and what was not asked for is not taken for an answer.
/// </summary>
internal sealed class Dialogue(IWire wire, ReplyForm form, Heard heard, Withheld withheld)
{
    /// <summary>No script has half as many.</summary>
    private const int MostSteps = 40;

    private readonly ReplyReader reader = new(form, heard);
    private string tag = "";
    private int commands;
    private long sentAt;

    public async ValueTask<Spoken> RunAsync(IEnumerable<Step> script)
    {
        var reply = "";
        var steps = 0;
        foreach (var step in script)
        {
            if (++steps > MostSteps) return Spoken.Failed($"not finished after {MostSteps} steps");
            var failure = step switch
            {
                Step.Exchange { Expect.Length: 0 } goodbye => await SayGoodbyeAsync(goodbye),
                Step.Exchange exchange => await ExchangeAsync(exchange),
                Step.Secure => await SecureAsync(),
                Step.OpenData data => await OpenDataAsync(data),
                Step.ReadData => await ReadDataAsync(),
                Step.Fail fail => fail.Why,
                Step.Well well => Keep(well),
                _ => null,
            };
            if (failure is not null) return Spoken.Failed(failure);
        }

        return new Spoken(null, reply, heard.ContentBytes, heard.ContentMicros);

        string? Keep(Step.Well well)
        {
            reply = withheld.Show(well.Reply);
            return null;
        }
    }

    private async ValueTask<string?> SecureAsync()
    {
        // RFC 3207 §4.2, RFC 9051 §6.2.1: what was said in the clear counts no more. Bytes behind the consent would be read as if they
        // had come protected: somebody on the way put them there.
        if (wire.BufferedBytes > 0) return $"{wire.BufferedBytes} bytes in plain text behind the consent to TLS";
        heard.Lines.Clear();
        return await wire.SecureAsync();
    }

    private async ValueTask<string?> OpenDataAsync(Step.OpenData data)
    {
        wire.Awaits = "the data connection";
        await wire.OpenDataAsync(data.Port);
        return null;
    }

    /// <summary>A server that was content may hang up as it likes, also with a reset.</summary>
    private async ValueTask<string?> SayGoodbyeAsync(Step.Exchange goodbye)
    {
        try
        {
            return await ExchangeAsync(goodbye);
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            return null;
        }
    }

    private async ValueTask<string?> ReadDataAsync()
    {
        wire.Awaits = "the data";
        var failure = await wire.ReadDataAsync(heard);
        heard.ContentMicros = wire.Micros - sentAt;
        return failure;
    }

    private async ValueTask<string?> ExchangeAsync(Step.Exchange exchange)
    {
        if (exchange.Line is { } line)
        {
            // IMAP's server may speak whenever it likes; in the others a line too many would be taken for the answer to what comes next.
            if (form != ReplyForm.Imap && wire.BufferedBytes > 0) return $"{wire.BufferedBytes} bytes came unasked before {exchange.Awaits}";
            var marked = form == ReplyForm.Imap && !exchange.Continues;
            if (marked) tag = $"P{++commands}";
            sentAt = wire.Micros;
            await wire.SendAsync(Encoding.UTF8.GetBytes(marked ? $"{tag} {line}\r\n" : $"{line}\r\n"));
        }

        wire.Awaits = exchange.Awaits;
        reader.Begin(exchange, tag);
        for (var progress = ReplyProgress.More; progress == ReplyProgress.More;)
        {
            var read = await wire.ReadLineAsync();
            if (read.Outcome != LineOutcome.Line) return exchange.Expect.Length == 0 ? null : Broken(exchange, read);
            progress = reader.Take(read.Text.Span);
            if (progress == ReplyProgress.Nonsense) return exchange.Expect.Length == 0 ? null : $"{exchange.Awaits} {withheld.Show(reader.Failure)}";
            heard.IsCut |= progress == ReplyProgress.Cut;
        }

        if (exchange.IsContent) heard.ContentMicros = wire.Micros - sentAt;
        return Judge(exchange);
    }

    private string Broken(Step.Exchange exchange, LineRead read)
    {
        var came = withheld.Show(Encoding.UTF8.GetString(read.Text.Span));
        if (read.Outcome == LineOutcome.TooLong) return $"{exchange.Awaits} has a line of more than {read.Text.Length} bytes: '{came}'";
        return came.Length == 0 ? $"closed before {exchange.Awaits}" : $"closed in the middle of {exchange.Awaits}: '{came}'";
    }

    /// <summary>The status is never more than the protocol's own word; what stands behind it is the server's.</summary>
    private string Said() => $"{heard.Status} {withheld.Show(heard.Text)}".TrimEnd();

    private string? Judge(Step.Exchange exchange)
    {
        if (exchange.Expect.Length == 0) return null;
        if (!exchange.Expect.Contains(heard.Status) && !exchange.Also.Contains(heard.Status))
        {
            return $"{exchange.Awaits} was '{Said()}', expected {string.Join(" or ", exchange.Expect)}";
        }

        if (exchange.MustContain is { } text && !heard.Lines.Any(one => one.Contains(text, StringComparison.Ordinal)))
        {
            return $"{exchange.Awaits} was '{Said()}', without '{Printable.Cut(text, 40)}'";
        }

        return null;
    }
}
