package import VectorStore

extension ScrollOffset {
    /// From the `next` of a page: a UUID, or a number of 64 bits where others have written into the collection. Nil for
    /// anything else.
    package init?(text: ArraySlice<UInt8>) {
        if let id = PointID(text: text) {
            self.init(id)
        } else if text.count <= 20, text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt64(String(decoding: text, as: UTF8.self))
        {
            self.init(number)
        } else {
            return nil
        }
    }
}
