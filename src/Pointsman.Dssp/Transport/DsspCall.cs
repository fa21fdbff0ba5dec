using System.Buffers;
using Grpc.Core;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// The gRPC method of dssp.proto, with frames as plain bytes: <see cref="FrameCodec"/> reads them, so that a corrupt frame is a verdict of
/// ours, with its text and its counter, and not an exception somewhere inside gRPC (which the generated stubs would make of it).
/// </summary>
internal static class DsspCall
{
    public static readonly Method<byte[], byte[]> Exchange = new(MethodType.DuplexStreaming, "pointsman.dssp.v1.DistributedSiteState", "Exchange", Bytes, Bytes);

    private static Marshaller<byte[]> Bytes => Marshallers.Create((byte[] bytes, SerializationContext context) => context.Complete(bytes), context => context.PayloadAsReadOnlySequence().ToArray());
}
