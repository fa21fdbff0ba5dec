using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pointsman.Model;
using Pointsman.Switching.HopTokens;
using Pointsman.Switching.Layer7;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// Connections that found no place [P6.6, S20]: at most 8 KiB of each is read, for at most 2 s, of at most 1,024 at once over all
/// workers; a slow sender therefore holds one small buffer for two seconds and nothing else. Connections that found a place are
/// never looked into.
/// </summary>
internal sealed unsafe partial class Worker
{
    // A client that got its answer has this long to end; then its place is needed.
    private const int LingerMillis = 1000;

    // What a client may still send meanwhile, e.g. the body of a POST; after that it is cut.
    private const int MostDiscarded = 256 * 1024;

    // No bound of its own: the places for refused connections bound it.
    private readonly BufferPool _heads = new(RequestHead.MostBytes, int.MaxValue);

    /// <summary>Holds neither VIP slot nor server slot when it begins.</summary>
    private void Refuse(Session session, bool full)
    {
        if (session.ServedOn)
        {
            // Was let in already, and no server would have it.
            Drop(session, ref session.Tally.RefusedNoServer);
            return;
        }

        if (full) session.Tally.RefusedFull++;
        else session.Tally.RefusedNoServer++;
        var service = session.Vip.Settings.Service;
        if (Refusal.First(service.HttpRedirect, service.Redirect.Drop, CanServeOn(session)) is RefusalStep.ServeOn)
        {
            ServeOn(session);
            return;
        }

        if (!_context.Refused.TryTake())
        {
            Drop(session, ref session.Tally.RefusedTooMany);
            return;
        }

        session.HoldsRefusedPlace = true;
        session.IsVipFull = full;
        session.Stage = SessionStage.Reading;
        session.Deadline = _clock + (long)_context.Options.RefusedTimeout.TotalMilliseconds;
        _heads.TryRent(out session.Inward.Held!);
        // What came while a server was tried was told already and will not be told again.
        if (session.Inward.Readable) ReadHead(session);
    }

    private void ReadHead(Session session)
    {
        ref var way = ref session.Inward;
        var held = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(way.Held!));
        while (true)
        {
            var ended = way.Ended || way.HeldCount == RequestHead.MostBytes;
            if (way.HeldCount > 0)
            {
                switch (RequestHead.Read(new ReadOnlySpan<byte>(held, way.HeldCount), ended, out var head))
                {
                    case HeadVerdict.Whole:
                        Answer(session, head);
                        return;
                    case HeadVerdict.NotHttp:
                        Deny(session, ref session.Tally.ResetNotHttp);
                        return;
                }
            }

            if (way.Ended)
            {
                Drop(session, ref session.Tally.ResetSilent);
                return;
            }

            var received = LibC.Receive(session.Client, held + way.HeldCount, (nuint)(RequestHead.MostBytes - way.HeldCount), 0);
            if (received < 0)
            {
                var error = LibC.Error;
                if (error == LibC.Eintr) continue;
                if (error != LibC.Eagain) Drop(session, ref session.Tally.ResetSilent);
                return;
            }

            if (received == 0) way.Ended = true;
            way.HeldCount += (int)received;
        }
    }

    private void Silent(Session session) => Deny(session, ref session.Tally.ResetSilent);

    /// <summary>Not HTTP, or nothing in time.</summary>
    private void Deny(Session session, ref long counter)
    {
        var drop = session.Vip.Settings.Service.Redirect.Drop;
        if (Refusal.NotHttp(drop, CanServeOn(session)) is RefusalStep.ServeOn) ServeOn(session);
        else Drop(session, ref counter);
    }

    private void Answer(Session session, scoped in RequestHead head)
    {
        var settings = session.Vip.Settings;
        var (service, drop) = (settings.Service, settings.Service.Redirect.Drop);
        var now = _context.Options.Time.GetUtcNow();
        var length = 0;
        var step = Refusal.Http(service.HttpRedirect, drop, CanServeOn(session), head.CanRedirect);
        if (step is RefusalStep.Redirect)
        {
            length = Redirect(session, settings, head, now);
            if (length == 0) step = Refusal.NoTarget(drop, CanServeOn(session));
        }

        if (step is RefusalStep.ServeOn)
        {
            ServeOn(session);
            return;
        }

        if (step is RefusalStep.Unavailable) length = RefusalResponse.Unavailable(new Span<byte>(_scratch, ChunkBytes), now, session.IsVipFull);
        var sent = LibC.Send(session.Client, _scratch, (nuint)length, LibC.MsgNoSignal);
        if (sent != length)
        {
            // A fresh socket takes far more than a response of ours; who does not is gone.
            Drop(session, ref session.Tally.ResetSilent);
            return;
        }

        if (step is RefusalStep.Redirect) session.Tally.Redirected++;
        else session.Tally.Unavailable++;
        _ = LibC.Shutdown(session.Client, LibC.ShutWrite);
        GiveBackHeld(ref session.Inward);
        session.Stage = SessionStage.Lingering;
        session.Deadline = _clock + LingerMillis;
        Linger(session);
    }

    /// <returns>The length of the response in the scratch buffer, or 0 when there is no site to name.</returns>
    private int Redirect(Session session, VipSettings settings, scoped in RequestHead head, DateTimeOffset now)
    {
        ImmutableArray<SiteId> visited = [];
        if (HopParameter.TryFind(head.Query, out var token)
            && !HopToken.TryRead(settings.Keys, token, settings.Service.Id, now, out visited)) session.Tally.TokensIgnored++;
        visited = visited.Remove(settings.Self).Add(settings.Self);
        var verdict = _context.HandOff.Choose(new HandOffRequest(settings.Service, settings.Vip, session.ClientAddress.ToAddress(), visited));
        // Never back to where the client was, whatever the one who chooses says [S19].
        if (!verdict.IsRedirect || visited.Contains(verdict.Site)) return 0;
        var carried = HopToken.Issue(settings.Keys, settings.Service.Id, visited, now);
        return RefusalResponse.Redirect(new Span<byte>(_scratch, ChunkBytes), head, verdict.Authority!, carried, now, session.IsVipFull);
    }

    private static bool CanServeOn(Session session) => session.Tried.Count == 0 && !session.Vip.Group.Lineup.Up.IsEmpty;

    /// <summary>In beyond the limit; what was read goes to the server first.</summary>
    private void ServeOn(Session session)
    {
        if (session.HoldsRefusedPlace) _context.Refused.Release();
        session.HoldsRefusedPlace = false;
        if (session.Inward.HeldCount == 0) GiveBackHeld(ref session.Inward);
        session.ServedOn = true;
        session.Tally.ServedOn++;
        session.Vip.Connections.TakeAnyway();
        session.HoldsVipSlot = true;
        session.Vip.Settle();
        ConnectNext(session);
    }

    /// <summary>Throws away what still comes after the answer. Without this, closing with unread data would reset the connection, and the client might never see the answer.</summary>
    private void Linger(Session session)
    {
        while (session.Discarded < MostDiscarded)
        {
            var received = LibC.Receive(session.Client, _scratch, ChunkBytes, 0);
            if (received > 0)
            {
                session.Discarded += (int)received;
                continue;
            }

            if (received < 0 && LibC.Error == LibC.Eintr) continue;
            if (received < 0 && LibC.Error == LibC.Eagain) return;
            break;
        }

        End(session);
    }

    private void Drop(Session session, ref long counter)
    {
        counter++;
        Cut(session);
    }
}
