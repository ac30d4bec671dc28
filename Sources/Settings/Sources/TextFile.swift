import SystemPackage

/// Reads small text files whole.
enum TextFile {
    /// - Returns: The text, or nil where there is no such file.
    /// - Throws: `InvalidValue` where it cannot be read, is larger than `maximumBytes` or no UTF-8.
    static func read(_ path: String, maximumBytes: Int) throws(InvalidValue) -> String? {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            return try file.closeAfter { try text(of: file, maximumBytes: maximumBytes) }
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch let error as InvalidValue {
            throw error
        } catch {
            throw InvalidValue("cannot be read: \(error)")
        }
    }

    private static func text(of file: FileDescriptor, maximumBytes: Int) throws -> String {
        // One byte more than allowed tells a file that fits from one that does not.
        let bytes = try [UInt8](unsafeUninitializedCapacity: maximumBytes + 1) { buffer, count in
            while count < buffer.count {
                let rest = UnsafeMutableBufferPointer(rebasing: buffer[count...])
                let read = try file.read(into: UnsafeMutableRawBufferPointer(rest))
                guard read > 0 else { return }
                count += read
            }
        }
        guard bytes.count <= maximumBytes else {
            throw InvalidValue("is larger than \(ByteSize.text(maximumBytes))")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw InvalidValue("is no UTF-8 text") }
        return text
    }
}
