using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Switching.Layer4;

/// <summary>
/// The bytes. Each is read into one scratch buffer that all sessions of the worker share and sent on at once; only what the destination
/// does not take is kept, in a buffer that is borrowed for just so long, and nothing more is read for it meanwhile: a slow receiver
/// slows its sender, as without us. An end on one side is passed on as an end, and the other direction goes on.
/// </summary>
internal sealed unsafe partial class Worker
{
    // One receive takes what a server of our time sends at once; more would leave the processor's cache.
    private const int ChunkBytes = 65536;

    // 1 MiB for each direction, then the others get their turn.
    private const int ChunksAtOnce = 16;

    // 128 MiB of held data for each worker: two thousand clients that ask and do not read.
    private const int MostHeld = 2048;

    private readonly BufferPool _held = new(ChunkBytes, MostHeld);

    private enum Flow { Blocked, More, Done, SourceBroken, NoBuffer }

    private void Forward(Session session)
    {
        session.LastActive = _clock;
        var broken = session.Broken;
        var inward = Pump(ref session.Inward, session.Client, session.Server, ref session.Tally.BytesIn, session);
        // A server that cannot be written to may still have sent something, so its direction is always looked at.
        var outward = Pump(ref session.Outward, session.Server, session.Client, ref session.Tally.BytesOut, session);
        if (inward is Flow.SourceBroken or Flow.NoBuffer || outward is Flow.SourceBroken or Flow.NoBuffer)
        {
            if (inward is Flow.NoBuffer || outward is Flow.NoBuffer) session.Tally.SessionsCut++;
            Cut(session);
        }
        else if (session.Inward.IsDone && session.Outward.IsDone)
        {
            End(session);
        }
        else if ((inward is Flow.More || outward is Flow.More || session.Broken != broken) && !session.Queued)
        {
            session.Queued = true;
            _again.Add(session);
        }
    }

    private Flow Pump(ref Direction way, int source, int destination, ref long bytes, Session session)
    {
        for (var round = 0; round < ChunksAtOnce; round++)
        {
            if (way.HeldCount > 0)
            {
                if (!way.Writable) return Flow.Blocked;
                if (!SendHeld(ref way, destination, ref bytes)) return DestinationBroke(ref way, session);
                if (way.HeldCount > 0) return Flow.Blocked;
            }

            if (way.Ended)
            {
                if (!way.Shut) _ = LibC.Shutdown(destination, LibC.ShutWrite);
                way.Shut = true;
                return Flow.Done;
            }

            if (!way.Readable) return Flow.Blocked;
            var received = LibC.Receive(source, _scratch, ChunkBytes, 0);
            if (received == 0)
            {
                way.Ended = true;
                continue;
            }

            if (received < 0)
            {
                var error = LibC.Error;
                if (error == LibC.Eintr) continue;
                if (error != LibC.Eagain) return Flow.SourceBroken;
                way.Readable = false;
                return Flow.Blocked;
            }

            // A short read has emptied the socket, and what comes later is told anew; but an end told before is not told again.
            if (received < ChunkBytes && !way.Hangup) way.Readable = false;
            var sent = LibC.Send(destination, _scratch, (nuint)received, LibC.MsgNoSignal);
            if (sent < 0)
            {
                if (LibC.Error is not (LibC.Eagain or LibC.Eintr)) return DestinationBroke(ref way, session);
                sent = 0;
            }

            bytes += sent;
            if (sent < received && !Hold(ref way, new ReadOnlySpan<byte>(_scratch + sent, (int)(received - sent)))) return Flow.NoBuffer;
        }

        return Flow.More;
    }

    private bool SendHeld(ref Direction way, int destination, ref long bytes)
    {
        var from = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(way.Held!)) + way.HeldOffset;
        var sent = LibC.Send(destination, from, (nuint)way.HeldCount, LibC.MsgNoSignal);
        if (sent < 0)
        {
            if (LibC.Error is not (LibC.Eagain or LibC.Eintr)) return false;
            sent = 0;
        }

        bytes += sent;
        way.HeldOffset += (int)sent;
        way.HeldCount -= (int)sent;
        if (way.HeldCount == 0) GiveBackHeld(ref way);
        else way.Writable = false;
        return true;
    }

    private bool Hold(ref Direction way, ReadOnlySpan<byte> rest)
    {
        if (!_held.TryRent(out var buffer)) return false;
        rest.CopyTo(buffer);
        (way.Held, way.HeldOffset, way.HeldCount) = (buffer, 0, rest.Length);
        way.Writable = false;
        return true;
    }

    private void GiveBackHeld(ref Direction way)
    {
        if (way.Held is { } buffer) (buffer.Length == ChunkBytes ? _held : _heads).Return(buffer);
        (way.Held, way.HeldOffset, way.HeldCount) = (null, 0, 0);
    }

    /// <summary>Whoever no longer takes may have said a last word (an error response before a reset): the other direction runs to its end.</summary>
    private Flow DestinationBroke(ref Direction way, Session session)
    {
        GiveBackHeld(ref way);
        way.Ended = way.Shut = true;
        session.Broken = true;
        ref var other = ref Unsafe.AreSame(ref way, ref session.Inward) ? ref session.Outward : ref session.Inward;
        other.Readable = other.Hangup = true;
        return Flow.Done;
    }
}
