using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Pointsman.Node.Commands;

/// <summary>
/// How a command asks a running node: its admin API over HTTP. What the API answers is what the command prints with <c>-o json</c>, so
/// there is one shape for both.
/// </summary>
internal sealed class NodeClient : IDisposable
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The environment variable that takes the place of <c>--node</c>.</summary>
    public const string Variable = "POINTSMAN_NODE";

    // A node answers from memory; a node that takes longer is in trouble, and its operator wants to know that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;

    public NodeClient(Uri node)
    {
        Node = node;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = node, Timeout = Patience };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    public Uri Node { get; }

    /// <summary>The option <c>--node URL</c>, shared by all commands that ask a node.</summary>
    public static Option<Uri> NodeOption() => new("--node")
    {
        Description = "Admin address of the node to ask",
        HelpName = "URL",
        DefaultValueFactory = result => Read(Variable, Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : DefaultUrl, result),
        CustomParser = result => Read("--node", result.Tokens.Count == 1 ? result.Tokens[0].Value : "", result),
    };

    private static Uri Read(string from, string text, ArgumentResult result)
    {
        if (Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        result.AddError($"{from}: must be the http address of a node's admin endpoint, as {DefaultUrl}; was '{text}'");
        return new Uri(DefaultUrl); // never asked: the error ends the command
    }

    /// <summary>GET <paramref name="path"/> (relative, below /api/v1/).</summary>
    /// <exception cref="NodeClientException">No node there, or it refused; the message is for the operator.</exception>
    public Task<JsonNode> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, null, stop);

    public Task<JsonNode> PostAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Post, path, null, stop);

    public Task<JsonNode> PostAsync(string path, JsonNode body, CancellationToken stop) => SendAsync(HttpMethod.Post, path, body, stop);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative));
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(request, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            if (response.IsSuccessStatusCode) return JsonNode.Parse(text) ?? new JsonObject();
            var problem = Problem(text);
            throw new NodeClientException(ExitFor(response.StatusCode), Words(problem) ?? $"{Node} answered {(int)response.StatusCode} to {path}") { Problem = problem };
        }
        catch (HttpRequestException error)
        {
            throw new NodeClientException(ExitCode.NodeUnreachable, $"no node answers at {Node} ({error.Message}). Is it running? Name another with --node URL or POINTSMAN_NODE.");
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new NodeClientException(ExitCode.NodeUnreachable, $"the node at {Node} did not answer within {Patience.TotalSeconds:0} s.");
        }
        catch (System.Text.Json.JsonException)
        {
            throw new NodeClientException(ExitCode.NodeUnreachable, $"what answers at {Node} is not a Pointsman node: its reply is not JSON.");
        }
    }

    private static int ExitFor(HttpStatusCode status) => status switch
    {
        HttpStatusCode.UnprocessableEntity => ExitCode.ConfigurationInvalid,
        HttpStatusCode.Conflict => ExitCode.RefusedBySafetyRule,
        HttpStatusCode.BadRequest => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    // RFC 9457 §3.1: the detail is written for people; without one the title says what kind of problem it is.
    private static string? Words(JsonObject? problem) => Text(problem?["detail"]) ?? Text(problem?["title"]);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject? Problem(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null; // not a problem document: the caller names the status instead
        }
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A question to a node failed; the message says why and what to do, the code is the program's exit code.</summary>
internal sealed class NodeClientException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What the node answered, where that was a problem document.</summary>
    public JsonObject? Problem { get; init; }
}
