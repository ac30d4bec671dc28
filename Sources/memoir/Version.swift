/// The version of this program, as semantic versioning understands it.
enum Version {
    static let text = "0.1.0"
}
