extension [UInt8] {
    /// A message of JSON with its line breaks made spaces: they can only stand between its values, and a message is one
    /// line both on stdio and in an event.
    consuming func withoutLineBreaks() -> [UInt8] {
        var message = self
        for index in message.indices where message[index] == 0x0A || message[index] == 0x0D {
            message[index] = UInt8(ascii: " ")
        }
        return message
    }
}
