namespace Pointsman.Dnstap.Transport;

/// <summary>
/// Says a trouble at once, and again at most once a minute while it lasts; says when it is over. A disk that stays full must not be filled
/// by the log that tells of it.
/// </summary>
internal sealed class RareLog(Action<string> log, TimeProvider time)
{
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);
    private DateTimeOffset _silentUntil;
    private bool _inTrouble;

    public void Trouble(string text)
    {
        var now = time.GetUtcNow();
        if (_inTrouble && now < _silentUntil) return;
        log($"{text}{(_inTrouble ? "" : "; queries are answered all the same, records are dropped and counted")}");
        _silentUntil = now + s_every;
        _inTrouble = true;
    }

    public void Well(string text)
    {
        if (_inTrouble) log(text);
        _inTrouble = false;
    }
}
