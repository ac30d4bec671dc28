import Memory

/// How a column's text becomes a value of the metadata.
indirect enum ValueConversion: Sendable, Equatable {
    case boolean, integer, number
    /// As it is, as a JSON string.
    case string
    /// As a template would show it, as a JSON string.
    case shown(ColumnType)
    case date, timestamp
    /// Text that must read as a date or time.
    case datetimeText
    /// As it is, checked; nil takes any kind of value.
    case json(CollectionField.Kind?)
    /// A JSON string as itself, anything else as its text.
    case jsonString
    case array(of: ValueConversion)

    /// Of the field's type; nil where the column's type cannot become it.
    ///
    /// - Parameter kind: nil leaves it to the column's type.
    init?(_ type: ColumnType, to kind: CollectionField.Kind?) {
        guard let kind = kind ?? type.naturalKind else {
            self = .json(nil)
            return
        }
        switch (kind, type) {
        case (.string, .text), (.string, .uuid), (.string, .time), (.string, .interval), (.string, .bytea),
            (.string, .enumeration), (.string, .other):
            self = .string
        case (.string, .json): self = .jsonString
        case (.string, _): self = .shown(type)
        case (_, .json): self = .json(kind)
        case (.integer, .integer), (.integer, .numeric), (.integer, .float): self = .integer
        case (.number, .integer), (.number, .numeric), (.number, .float): self = .number
        case (.boolean, .boolean): self = .boolean
        case (.datetime, .date): self = .date
        case (.datetime, .timestamp): self = .timestamp
        case (.datetime, .text): self = .datetimeText
        case (.array, .array(let element)):
            guard let conversion = ValueConversion(element, to: nil) else { return nil }
            self = .array(of: conversion)
        default: return nil
        }
    }
}

extension ColumnType {
    /// What the type is in JSON; nil for JSON itself.
    var naturalKind: CollectionField.Kind? {
        switch self {
        case .boolean: .boolean
        case .integer: .integer
        case .float, .numeric: .number
        case .date, .timestamp: .datetime
        case .json: nil
        case .array: .array
        case .text, .paddedText, .uuid, .time, .interval, .bytea, .enumeration, .other: .string
        }
    }
}
