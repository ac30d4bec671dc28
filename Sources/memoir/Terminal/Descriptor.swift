import Glibc

/// Text for whoever is at the other end of a descriptor, past every buffer of this process.
enum Descriptor {
    /// Writes all of it, in one piece as far as the other end takes it. Where that is closed or full there is nobody to tell,
    /// and the rest is lost.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
