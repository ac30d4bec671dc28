internal import Glibc

/// Owns C strings that C wants as an array of pointers; NULL for nil.
struct CStringArray: ~Copyable {
    private let strings: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

    init(_ values: [String?]) {
        strings = .allocate(capacity: values.count)
        for (index, value) in values.enumerated() {
            strings.initializeElement(at: index, to: value.map { UnsafePointer(strdup($0)) })
        }
    }

    deinit {
        for string in strings { free(UnsafeMutableRawPointer(mutating: string)) }
        strings.deallocate()
    }

    var pointers: UnsafePointer<UnsafePointer<CChar>?>? { UnsafePointer(strings.baseAddress) }
}
