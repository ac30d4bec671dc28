internal import JSON
internal import NIOCore

/// What listeners are told, as server-sent events have it (HTML, section 9.2).
enum FleetEvent {
    /// The first thing that a listener reads: how long it waits before it comes back when the connection is cut.
    static let greeting = ByteBuffer(string: "retry: 2000\n\n")

    static func figures(_ snapshot: FleetSnapshot, version: String) -> ByteBuffer {
        event("figures") { writer in
            writer.name("time_ms")
            writer.integer(snapshot.time)
            writer.name("version")
            writer.string(version)
            writer.name("stats")
            writer.raw(snapshot.json)
        }
    }

    /// Instead of figures, where they cannot be read.
    static func problem(_ error: OpsError, time: Int) -> ByteBuffer {
        event("problem") { writer in
            writer.name("time_ms")
            writer.integer(time)
            writer.name("error")
            writer.beginObject()
            writer.name("code")
            writer.string(error.code)
            writer.name("message")
            writer.string(error.message)
            writer.endObject()
        }
    }

    /// Our JSON has no line ends, so that one line of data holds it.
    private static func event(_ name: StaticString, _ body: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        let json = writer.finish()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.count + 32)
        buffer.writeString("event: \(name)\ndata: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
