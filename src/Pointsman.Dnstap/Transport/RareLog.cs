namespace Pointsman.Dnstap.Transport;

/// <summary>
/// Says a trouble at once, and again at most once a minute while it lasts; says that it is over after ten seconds without. A disk that is
/// nearly full takes one record and refuses the next: neither may fill the log, nor the disk with it.
/// </summary>
internal sealed class RareLog(Action<string> log, TimeProvider time)
{
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(10);
    private DateTimeOffset _silentUntil, _lastTrouble;
    private bool _inTrouble;

    public void Trouble(string text)
    {
        _lastTrouble = time.GetUtcNow();
        if (_inTrouble && _lastTrouble < _silentUntil) return;
        log($"{text}{(_inTrouble ? "" : "; queries are answered all the same, records are dropped and counted")}");
        _silentUntil = _lastTrouble + s_every;
        _inTrouble = true;
    }

    /// <summary>To be called as often as all is well.</summary>
    public void Well(string text)
    {
        if (!_inTrouble || time.GetUtcNow() - _lastTrouble < s_calm) return;
        log(text);
        _inTrouble = false;
    }
}
