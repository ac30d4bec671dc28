@main struct Memoir { static func main() {} }
