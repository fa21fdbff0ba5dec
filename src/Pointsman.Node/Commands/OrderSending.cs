using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Pointsman.Dssp.Pki;
using Pointsman.Model;
using Pointsman.Node.Admin;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// Brings an order to where it counts. Signed, any node takes it. Unsigned, only a node of the very site does: so when the node that was asked is another
/// site's, the order goes on to the admin address that its configuration has for that site, and says so.
/// </summary>
internal sealed class OrderSending(Printer printer, Uri node, X509Certificate2? signer)
{
    private Uri? takenAt;

    /// <summary>Where the order was taken.</summary>
    public Uri TakenAt => takenAt ?? node;

    /// <summary>
    /// Looks at what the order would take the place of: one who only meant to undrain must not bring back what somebody forced down. Says what goes.
    /// </summary>
    /// <param name="command">drain, force-up, force-down, undrain or force clear.</param>
    /// <exception cref="NodeClientException">Something is in force that this command is not for.</exception>
    public async Task CheckHeldAsync(string site, string? service, string command, bool force, CancellationToken stop)
    {
        using var client = new NodeClient(node);
        var all = await client.GetAsync("overrides", stop);
        var held = all["overrides"]!.AsArray().FirstOrDefault(one => (string?)one!["site"] == site && (string?)one["service"] == service);
        if (held is null) return;
        if (WhyNot(held, command, force) is { } why) throw new NodeClientException(ExitCode.RefusedBySafetyRule, why);
        if (command is not ("undrain" or "force clear")) printer.Note($"this takes the place of an earlier order: {NameOf(held)} is {Word((string)held["kind"]!)}{EndOf(held)} by {held["who"]}{((string?)held["why"] is { Length: > 0 } reason ? ": " + reason : "")}");
    }

    /// <summary>Why an order may not take the place of the one in force; null = it may.</summary>
    internal static string? WhyNot(JsonNode held, string command, bool force)
    {
        var (name, kind) = (NameOf(held), (string)held["kind"]!);
        return command switch
        {
            "undrain" when kind != "drain" => $"{name} is not drained but {Word(kind)}, by {held["who"]}: 'pointsman force clear {name}' lifts that",
            "force clear" when kind == "drain" => $"{name} is not forced but {Word(kind)}, by {held["who"]}: 'pointsman undrain {name}' lifts that",
            "drain" when kind == "force-down" && !force => $"{name} is {Word(kind)}, by {held["who"]}; drained, it would be named again when everything else is down: 'pointsman force clear {name}' first, or --force",
            _ => null,
        };
    }

    /// <param name="kind">drain, force-up, force-down or clear.</param>
    /// <exception cref="NodeClientException">Nobody took it; the message says why and what to do.</exception>
    public async Task<JsonNode> SendAsync(string site, string? service, string kind, string who, string why, DateTimeOffset? until, bool force, CancellationToken stop)
    {
        var order = new JsonObject { ["site"] = site, ["service"] = service, ["kind"] = kind, ["who"] = who, ["why"] = why, ["until"] = until, ["force"] = force };
        using var client = new NodeClient(node);
        if (signer is not null) await SignAsync(client, order, site, service, kind, why, until, stop);
        try
        {
            return await client.PostAsync("overrides", order, stop);
        }
        catch (NodeClientException elsewhere) when ((string?)elsewhere.Problem?["code"] == OverrideEndpoints.AnotherSite)
        {
            return await SendToOwnNodeAsync(order, site, elsewhere, stop);
        }
    }

    private async Task<JsonNode> SendToOwnNodeAsync(JsonObject order, string site, NodeClientException elsewhere, CancellationToken stop)
    {
        var tried = new List<string>();
        foreach (var address in elsewhere.Problem!["nodes"]?.AsArray().Select(one => (string?)one).OfType<string>() ?? [])
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var own) || own == node) continue;
            printer.Note($"{node} is a node of another site: asking {site}'s own node at {address}");
            try
            {
                using var client = new NodeClient(own);
                var answer = await client.PostAsync("overrides", order.DeepClone(), stop);
                takenAt = own;
                return answer;
            }
            catch (NodeClientException error) when (error.ExitCode == ExitCode.NodeUnreachable || (string?)error.Problem?["code"] == OverrideEndpoints.AnotherSite || error.Problem?["code"] is null)
            {
                tried.Add(error.ExitCode == ExitCode.NodeUnreachable ? error.Message : $"{address}: {error.Message}");
            }
        }

        throw new NodeClientException(
            tried.Count > 0 ? ExitCode.NodeUnreachable : elsewhere.ExitCode,
            $"the order about {site} was not taken. Ways out: give it at {site} itself (--node http://127.0.0.1:8080 there), or sign it and give it to any node (--operator-cert, --operator-key; 'pointsman pki operator NAME' makes them). {(tried.Count > 0 ? string.Join(" ", tried) : elsewhere.Message)}");
    }

    private async Task SignAsync(NodeClient client, JsonObject order, string site, string? service, string kind, string why, DateTimeOffset? until, CancellationToken stop)
    {
        var known = await client.GetAsync("overrides?all=true", stop);
        var identity = OperatorSignatures.IdentityOf(signer!)!.Value;
        if (identity.Cluster != (string?)known["cluster"]) throw new NodeClientException(ExitCode.Failed, $"the certificate is of an operator of cluster '{identity.Cluster}', and {node} is a node of '{known["cluster"]}'");
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var largest = known["overrides"]!.AsArray().Where(one => (string?)one!["site"] == site && (string?)one["service"] == service).Select(one => (ulong)one!["stamp"]!).DefaultIfEmpty().Max();
        // A stamp is signed: a lying node must not have one signed that nobody could follow.
        if (largest > (ulong)(now + OverrideLimits.ClockTolerance).ToUnixTimeMilliseconds()) throw new NodeClientException(ExitCode.Failed, $"{node} claims to know an order with a stamp of more than a day ahead ({largest}): is this machine's clock right?");
        _ = OverrideViewing.TryKind(kind, out var what);
        // None outlives the certificate that proves it.
        var ends = new DateTimeOffset(signer!.NotAfter.ToUniversalTime());
        if ((until ?? now + OverrideLimits.LongestLife) > ends)
        {
            if (until is not null) throw new NodeClientException(ExitCode.Failed, $"your certificate ends {ends.UtcDateTime:u}, before the order does: a shorter --until, or a new certificate");
            if (kind != "clear") printer.Warn($"the order ends when your certificate does, {ends.UtcDateTime:u}");
            until = ends;
            order["until"] = until;
        }

        var signed = OperatorSignatures.Sign(
            new Override { Key = default, Kind = what, Who = identity.Name, Why = why, Since = now, Until = until, Stamp = Override.StampAfter(largest, now) },
            signer!,
            identity.Cluster,
            site,
            service);
        order["who"] = identity.Name;
        order["since"] = signed.Since;
        order["stamp"] = signed.Stamp;
        order["certificate"] = Convert.ToBase64String(signed.Signature!.Certificate.AsSpan());
        order["signature"] = Convert.ToBase64String(signed.Signature.Value.AsSpan());
    }

    /// <summary>What was ordered, in a line; on stderr what is worth a second look.</summary>
    public static void Say(JsonNode answer, TextWriter writer, Palette palette)
    {
        var order = answer["override"]!;
        var what = NameOf(order);
        var until = EndOf(order);
        writer.WriteLine((string)order["kind"]! switch
        {
            "drain" => $"{what} is drained{until}: it gets no new users, those who are there stay",
            "force-up" => $"{what} is {palette.Apply("FORCED UP", Paint.Bad)}{until}",
            "force-down" => $"{what} is {palette.Apply("FORCED DOWN", Paint.Bad)}{until}",
            _ => $"{what}: nothing is ordered any more",
        });
    }

    public void Remark(JsonNode answer)
    {
        var order = answer["override"]!;
        var kind = (string)order["kind"]!;
        foreach (var concern in answer["concerns"]!.AsArray()) printer.Warn($"{concern!["service"]}: {concern["text"]}");
        foreach (var also in answer["also"]!.AsArray()) printer.Warn($"{NameOf(also!)} is {Word((string)also!["kind"]!)} still, by {also["who"]}");
        if (!(bool)answer["kept"]!) printer.Warn("the node could not write the order to its disk: it holds, and does not outlive a restart of all nodes");
        if (kind is "force-up" or "force-down" && order["until"] is null) printer.Warn($"without --until it stays so until 'pointsman force clear {NameOf(order)}': a forced site is easily forgotten");
        if (kind == "force-up" && !(bool)order["signed"]!) printer.Note("unsigned, it lifts what the site says against itself; what the others' probes see still counts. Signed by an operator it counts against those too");
    }

    public static string NameOf(JsonNode order) => $"{order["site"]}{((string?)order["service"] is { } service ? "/" + service : "")}";

    private static string EndOf(JsonNode order) => (DateTimeOffset?)order["until"] is { } end ? string.Create(CultureInfo.InvariantCulture, $" until {end.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "";

    public static string Word(string kind) => kind switch { "drain" => "drained", "force-up" => "FORCED UP", "force-down" => "FORCED DOWN", _ => "not ordered" };
}
