import ArgumentParser

/// The stream a job is put onto.
enum Lane: String, CaseIterable, ExpressibleByArgument {
    case search, save, embed, bulk
}
