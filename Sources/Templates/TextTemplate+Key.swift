extension TextTemplate {
    /// Why keys made with this template could not be told apart, or nil; to be read as a `TemplateError` is.
    ///
    /// Values are escaped so that the text between two columns never stands in one of them, which takes such a text, and
    /// a sign for what is escaped.
    package var faultAsKey: String? {
        var previous: String?
        for part in parts {
            switch part {
            case .text(let text):
                previous = nil
                guard !text.contains("%") else {
                    return "has a % in its text, which marks what is escaped in values; leave it out"
                }
            case .column(let name, _):
                if let previous {
                    return "has {\(previous)} and {\(name)} side by side, so that two rows could have one key; "
                        + "write a / between them"
                }
                previous = name
            }
        }
        return nil
    }
}
