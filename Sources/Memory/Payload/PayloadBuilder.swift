import JSON

/// What is stored with a vector: the metadata's keys at the top level, the text beside them, and our own bookkeeping.
///
///     {…metadata…, "content": "…", "_memoir": {"content_hash": "…", "fingerprint": "…", "created_at": "…",
///      "updated_at": "…", "source": "…", "tenant": "…", "key": "…"}}
///
/// `source`, `tenant` and `key` are absent where they are unset, which is not the same as empty: `ScopedFilter` tells
/// the two apart. All texts are valid UTF-8.
package struct PayloadBuilder: Sendable {
    package var metadata: CheckedMetadata
    package var content: ArraySlice<UInt8>
    package var contentHash: ContentHash
    /// The name of the model that the vector is from.
    package var model: ArraySlice<UInt8>
    /// Milliseconds since the epoch.
    package var createdAt: Int64
    /// Milliseconds since the epoch.
    package var updatedAt: Int64
    package var source: ArraySlice<UInt8>?
    package var tenant: ArraySlice<UInt8>?
    package var key: ArraySlice<UInt8>?

    package init(
        metadata: CheckedMetadata,
        content: ArraySlice<UInt8>,
        contentHash: ContentHash,
        model: ArraySlice<UInt8>,
        createdAt: Int64,
        updatedAt: Int64,
        source: ArraySlice<UInt8>? = nil,
        tenant: ArraySlice<UInt8>? = nil,
        key: ArraySlice<UInt8>? = nil
    ) {
        self.metadata = metadata
        self.content = content
        self.contentHash = contentHash
        self.model = model
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.source = source
        self.tenant = tenant
        self.key = key
    }

    /// Room for names, hashes and times, and for one escape in sixteen characters.
    private var estimatedLength: Int {
        let texts = content.count + (source?.count ?? 0) + (tenant?.count ?? 0) + (key?.count ?? 0)
        return 320 + metadata.members.count + texts + texts / 16
    }

    package func build() -> MemoryPayload {
        let fingerprint = Fingerprint(
            model: model,
            contentHash: contentHash,
            metadata: metadata,
            source: source,
            key: key
        )
        var writer = JSONWriter(reservingCapacity: estimatedLength)
        writer.beginObject()
        // The members come as one item, commas between them and all.
        if metadata.count > 0 { writer.raw(metadata.members) }
        writer.name("content")
        writer.string(content)
        writer.name("_memoir")
        let creation = writeBookkeeping(fingerprint, to: &writer)
        writer.endObject()
        return MemoryPayload(bytes: writer.finish(), fingerprint: fingerprint, creation: creation)
    }

    /// - Returns: where the text of the time of creation stands.
    private func writeBookkeeping(_ fingerprint: Fingerprint, to writer: inout JSONWriter) -> Range<Int> {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        writer.beginObject()
        writer.name("content_hash")
        contentHash.append(to: &text)
        writer.string(text[...])
        text.removeAll(keepingCapacity: true)
        fingerprint.append(to: &text)
        writer.name("fingerprint")
        writer.string(text[...])
        text.removeAll(keepingCapacity: true)
        RFC3339.append(milliseconds: createdAt, to: &text)
        writer.name("created_at")
        writer.string(text[...])
        let endOfCreation = writer.bytes.count - 1
        let creation = endOfCreation - text.count..<endOfCreation
        if updatedAt != createdAt {
            text.removeAll(keepingCapacity: true)
            RFC3339.append(milliseconds: updatedAt, to: &text)
        }
        writer.name("updated_at")
        writer.string(text[...])
        if let source {
            writer.name("source")
            writer.string(source)
        }
        if let tenant {
            writer.name("tenant")
            writer.string(tenant)
        }
        if let key {
            writer.name("key")
            writer.string(key)
        }
        writer.endObject()
        return creation
    }
}
